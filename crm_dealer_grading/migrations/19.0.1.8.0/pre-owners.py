"""Who has a vehicle still, and whom it was handed over to: filled in by two statements."""


def migrate(cr, version):
    cr.execute(
        """ALTER TABLE crm_vehicle_ownership
             ADD COLUMN IF NOT EXISTS delivery_date date,
             ADD COLUMN IF NOT EXISTS selling_dealer_id integer,
             ADD COLUMN IF NOT EXISTS is_present boolean,
             ADD COLUMN IF NOT EXISTS is_buyer boolean"""
    )
    cr.execute(
        """UPDATE crm_vehicle_ownership o
              SET delivery_date = v.delivery_date, selling_dealer_id = v.selling_dealer_id,
                  is_present = o.commercial_partner_id IS NOT DISTINCT FROM v.commercial_partner_id,
                  is_buyer = FALSE
             FROM crm_vehicle v WHERE v.id = o.vehicle_id"""
    )
    cr.execute(
        """UPDATE crm_vehicle_ownership o SET is_buyer = TRUE
             FROM (SELECT DISTINCT ON (had.vehicle_id) had.id
                     FROM crm_vehicle_ownership had JOIN crm_vehicle v ON v.id = had.vehicle_id
                    WHERE had.date_from <= v.delivery_date + 90
                      AND (had.date_to IS NULL
                           OR had.date_to > GREATEST(had.date_from, v.delivery_date))
                    ORDER BY had.vehicle_id, had.date_from, had.id) buyer
            WHERE o.id = buyer.id"""
    )
