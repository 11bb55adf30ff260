from odoo.tests import tagged

from .correction_common import CorrectionCommon


@tagged("post_install", "-at_install")
class TestCorrectionKilled(CorrectionCommon):
    """A correction that is interrupted at any request goes on from there."""

    def requests(self, way):
        """Return the writes to Stripe of a correction that nothing interrupts."""
        old = self.make_wrong()
        before = len(self.simulator.sent(method="POST"))
        correction = self.correct(old, way)
        self.settle()
        self.assert_replaced(correction)
        return [row["path"] for row in self.simulator.sent(method="POST")][before:]

    def interrupt_each(self, way, expected):
        """Interrupt a correction at each of its writes, before and after its effect.

        :param expected: ends of the paths that must be among the writes
        """
        paths = self.requests(way)
        for end in expected:
            self.assertTrue([path for path in paths if path.endswith(end)], paths)
        for number, path in enumerate(paths, 1):
            for kind in ("drop_before", "drop_after"):
                with self.subTest(path=path, number=number, kind=kind):
                    old = self.make_wrong()
                    fault = self.simulator.fault(
                        kind=kind, method="POST", nth=number, times=1
                    )
                    correction = self.correct(old, way)
                    self.assert_not_neither(correction)
                    self.run_worker()
                    self.assert_not_neither(correction)
                    self.settle()
                    [rule] = self.simulator.control("faults")["data"]
                    self.assertEqual((rule["id"], rule["hits"]), (fault["id"], 1))
                    self.simulator.control("faults/clear", {})
                    self.assert_replaced(correction)

    def test_void_duplicate_update_goes_on_from_each_request(self):
        self.interrupt_each(
            "duplicate", ("/void", "/v1/invoices", "/add_lines", "/finalize")
        )

    def test_revision_goes_on_from_each_request(self):
        self.interrupt_each("revision", ("/v1/invoices", "/finalize"))

    def test_credit_note_and_new_invoice_goes_on_from_each_request(self):
        self.interrupt_each(
            "credit_note", ("/void", "/v1/invoices", "/add_lines", "/finalize")
        )
