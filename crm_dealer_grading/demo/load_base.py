"""What the loaders of the demo network share."""

import functools

# The plan is in yuan; where the company's currency is another one, roughly at this rate.
_YUAN = 7
_BATCH = 400


class Loader:
    """Turns rows of the plan into records."""

    def __init__(self, env, plan, customers=None):
        self.env = env
        self.plan = plan
        self.customers = customers  # records by key

    @functools.cache  # noqa: B019 - lives as long as the loading
    def ref(self, name, module="crm_dealer_grading"):
        """Id of a named demo record, False for no name."""
        return name and self.env.ref(f"{module}.{name}").id

    def dealer(self, code):
        return code and self.ref(f"dealer_{code.lower()}")

    def money(self, yuan):
        """Amount in the company's currency, rounded to whole units."""
        currency = self.env.company.currency_id
        return yuan if currency.name == "CNY" else float(round(yuan / _YUAN))

    @functools.cached_property
    def _languages(self):
        return {code for code, _name in self.env["res.lang"].get_installed()}

    def language(self, name):
        """Chinese for Chinese names, where it is installed."""
        chinese = not name.isascii() and "zh_CN" in self._languages
        return "zh_CN" if chinese else self.env.lang

    def create_all(self, model, vals_list):
        """Create in batches and return all."""
        records = self.env[model]
        for start in range(0, len(vals_list), _BATCH):
            records |= records.create(vals_list[start : start + _BATCH])
        return records
