import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

ADDON = "sale_stripe_invoice"
ROOT = Path(__file__).resolve().parents[1]
# Top folders whose Python is no part of what Odoo translates.
UNTRANSLATED = {"dev", "simulator", "tests"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdf]|</?[a-z]+|invisible=\"[^\"]*\"")


class Reader(TranslationModuleReader):
    """Odoo's export, which would read every file below the checkout otherwise."""

    def _export_translatable_resources(self):
        top = (path for path in ROOT.iterdir() if path.name not in UNTRANSLATED)
        folders = [path for path in top if path.is_dir() and path.name[0] != "."]
        files = [*ROOT.glob("*.py"), *(f for d in folders for f in d.rglob("*.py"))]
        for path in files:
            # As Odoo names it: the checkout may be called anything.
            folder = Path(self._addons, ADDON, path.relative_to(ROOT)).parent
            self._babel_extract_terms(
                path.name,
                self._addons,
                str(folder),
                extract_keywords={"_": None, "_lt": None},
            )

    @property
    def _addons(self):
        """Return the folder in which Odoo found the addon."""
        paths = (path for path, _deep in self._path_list)
        return next(path for path in paths if Path(path, ADDON).exists())


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """The French of the addon is complete, and made from what it says today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = polib.pofile(str(ROOT / "i18n" / f"{ADDON}.pot"))
        cls.french = polib.pofile(str(ROOT / "i18n" / "fr.po"))

    def test_template_is_what_odoo_exports(self):
        rows = Reader(self.env.cr, modules=[ADDON])
        exported = {source for _module, _kind, _name, _id, source, *_rest in rows}
        committed = {entry.msgid for entry in self.template}
        self.assertGreater(len(exported), 100)
        hint = "`make i18n` writes the template anew"
        self.assertEqual(exported - committed, set(), f"missing; {hint}")
        self.assertEqual(committed - exported, set(), f"obsolete; {hint}")

    def test_every_term_is_translated(self):
        translated = {entry.msgid for entry in self.french if entry.msgstr.strip()}
        self.assertEqual(translated, {entry.msgid for entry in self.template})

    def test_no_translation_is_a_guess(self):
        guesses = [entry.msgid for entry in self.french if entry.fuzzy]
        obsolete = [entry.msgid for entry in self.french if entry.obsolete]
        self.assertFalse(guesses + obsolete)

    def test_placeholders_are_the_same(self):
        for entry in self.french:
            with self.subTest(entry.msgid):
                wanted, found = map(PLACEHOLDER.findall, (entry.msgid, entry.msgstr))
                self.assertEqual(sorted(wanted), sorted(found))

    def test_french_user_reads_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms([ADDON], ["fr_FR"])
        french = self.env["stripe.document"].with_context(lang="fr_FR")
        fields = french.fields_get(["status", "error"])
        self.assertEqual(fields["error"]["string"], "Problème")
        status = dict(fields["status"]["selection"])
        self.assertEqual(status["uncollectible"], "Irrécouvrable")
        menu = french.env.ref(f"{ADDON}.stripe_document_menu")
        self.assertEqual(menu.name, "Documents Stripe")
