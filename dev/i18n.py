"""`make i18n`: Odoo's own export of the addon's terms, merged into the translations."""

from dev import databases, environment, templates
from dev.export import exported
from dev.paths import ADDON, CHECKOUT, PYTHON
from dev.processes import run
from dev.progress import say


def refresh() -> int:
    """Write `i18n/` anew; return 1 while something is left to be translated."""
    with environment.ready() as odoo, exported() as addon:
        fresh = addon.parent / "fresh.pot"
        template = templates.ensure_template(odoo, templates.TEST)
        with databases.clone(odoo.cluster, template, "i18n") as name:
            # Odoo reads the whole folder, hence the copy without `.odoo`.
            words = ["i18n", "export", "-d", name, "-o", str(fresh), ADDON]
            run(odoo.command(*words), "i18n", env=odoo.environment(addon.parent))
        merge = [str(PYTHON), "-m", "dev.translations_merge", str(fresh)]
        run(merge, "i18n", cwd=CHECKOUT)
    from dev import lint

    say("Written: i18n/")
    return lint.lint(["translations"])
