"""What was said about a former owner goes to that customer's file, as far as it was left (C4)."""


def migrate(cr, version):
    # The owner of the day, where the vehicle is another dealer's customer's by now.
    cr.execute(
        """
        UPDATE mail_message m SET model = 'res.partner', res_id = o.partner_id
          FROM crm_vehicle_ownership o
          JOIN crm_vehicle v ON v.id = o.vehicle_id
         WHERE m.model = 'crm.vehicle' AND m.res_id = v.id AND m.body > ''
           AND m.date >= o.date_from AND m.date < o.date_to
           AND o.partner_id != v.partner_id AND o.dealer_id != v.dealer_id
        """
    )
