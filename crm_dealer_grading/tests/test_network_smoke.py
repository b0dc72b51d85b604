from .common import DealerCommon


class TestNetworkSmoke(DealerCommon):
    def test_own_and_foreign(self):
        partners = self._as("sales_b", self.env["res.partner"])
        found = partners.search([("id", "in", (self.customer_a | self.customer_b).ids)])
        self.assertEqual(found, self.customer_b)
        for make in (self._lead, self._order, self._invoice):
            document = make(self.customer_a)
            self.assertEqual(document.dealer_id, self.dealer_a, document._name)
            self.assertFalse(self._as("greedy_b", document).has_access("read"), document._name)
