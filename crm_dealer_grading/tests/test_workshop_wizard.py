from odoo.tests import Form, freeze_time

from .common_workshop import NOW, WorkshopCase, at


@freeze_time(NOW)
class TestBookWizard(WorkshopCase):
    def test_wizard_books_the_next_free_time(self):
        form = Form(self._as("sales_a")["crm.service.book"])
        form.vehicle_id = self._as("sales_a", self.vehicle)
        self.assertEqual(form.dealer_id, self.dealer_a)
        book = form.save()
        book.action_find()
        first, second = book.slot_ids[:2]
        self.assertEqual((first.date, first.bay_id), (at(9), self.quick))
        visit = self._as("sales_a")["crm.service.visit"].browse(first.action_book()["res_id"])
        self.assertEqual((visit.date, visit.bay_id, visit.stage), (at(9), self.quick, "booked"))
        again = Form(self._as("manager_a")["crm.service.book"])
        again.vehicle_id = self._as("manager_a", self.vehicle)
        other = again.save()
        other.action_find()
        self.assertEqual(other.slot_ids[0].date, at(10))
        # Somebody else took it while the list was open.
        self.assertEqual(second.date, at(9, 30))
        book.visit_id = False
        with self._refused("is taken"):
            second.action_book()

    def test_visit_moves_to_a_free_time(self):
        visit = self._as("sales_a", self._booking(at(10), bay_id=self.quick.id))
        action = visit.action_propose_times()
        book = self._as("sales_a")["crm.service.book"].browse(action["res_id"])
        book.slot_ids.filtered(lambda slot: slot.date == at(10, 30)).action_book()
        self.assertEqual(visit.date, at(10, 30))

    def test_nothing_free(self):
        book = self._as("oem")["crm.service.book"].create(
            {"vehicle_id": self.vehicle.id, "dealer_id": self.dealer_b.id}
        )
        with self._refused("no free time"):
            book.action_find()
