import { registry } from "@web/core/registry";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";

/** A number that may be unknown: 0 shows as nothing, and clearing the box gives 0. */
export class OptionalIntegerField extends IntegerField {
    get formattedValue() {
        return this.value ? super.formattedValue : "";
    }
}

export const optionalIntegerField = { ...integerField, component: OptionalIntegerField };

registry.category("fields").add("optional_integer", optionalIntegerField);
