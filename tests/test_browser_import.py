"""A dealer imports a file with wrong rows: the correct ones are in, the others are named."""

import io

import browser as tools
import openpyxl
import pytest
from playwright.sync_api import expect

IMPORT = {"en_US": "Import", "zh_CN": "导入"}


def file_of(person, folder, lines):
    """A file of customers; headers as the person's language has them."""
    labels = person.call("res.partner", "fields_get", ["name", "email"])
    header = ",".join(labels[name]["string"] for name in ("name", "email"))
    file = folder / "customers.csv"
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    return file


def faulty_file(person, folder, lang):
    """A file of three customers with a fourth, wrong one between them."""
    lines = [f"Imported {lang} {n},person{n}@example.com" for n in range(3)]
    lines.insert(1, f"Wrong {lang},no address")
    return file_of(person, folder, lines)


@pytest.mark.parametrize("lang", ["en_US", "zh_CN"])
def test_faulty_file(sign_in, tmp_path, lang):
    person = sign_in("sales", lang)
    page = person.page
    page.set_default_timeout(4 * tools.TIMEOUT)  # the first page builds the assets
    expect.set_options(timeout=tools.TIMEOUT)
    person.open("action-crm_dealer_grading.res_partner_action_customer")
    file = faulty_file(person, tmp_path, lang)
    person.open(
        "action-crm_dealer_grading.res_partner_action_customer/import?active_model=res.partner"
    )
    page.wait_for_selector(".o_import_action")
    expect(page.locator("a[href*='/import_template/']")).to_have_count(2)
    person.screenshot(f"import-start-{lang}")
    page.set_input_files(".o_import_action input[type=file], .o_file_input input", str(file))
    page.wait_for_selector(".o_import_data_sidepanel")
    person.settled()
    option = page.locator(".o_import_keep_correct_rows")
    option.locator("input").check()
    person.screenshot(f"import-option-{lang}")
    # Test, then import.
    page.locator(".o_control_panel button.btn-primary").first.click()
    warning = page.locator(".o_import_data_content .alert-warning")
    expect(warning).to_contain_text("no address")
    person.settled()
    page.get_by_role("button", name=IMPORT[lang], exact=True).first.click()
    expect(page.locator(".o_import_open_imported")).to_be_visible()
    expect(warning).to_contain_text("no address")
    person.settled()
    person.screenshot(f"import-done-{lang}")
    with page.expect_download() as download:
        page.click(".o_import_wrong_rows")
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert [row[0].value for row in book.active.rows][1:] == [f"Wrong {lang}"]
    page.click(".o_import_open_imported")
    person.settled("list")
    expect(person.rows()).to_have_count(3)


def upload_in_batches(person, file, rows):
    page = person.page
    person.open(
        "action-crm_dealer_grading.res_partner_action_customer/import?active_model=res.partner"
    )
    page.set_input_files(".o_import_action input[type=file], .o_file_input input", str(file))
    page.locator(".o_import_keep_correct_rows input").check()
    page.fill("#o_import_batch_limit", str(rows))
    page.locator("#o_import_batch_limit").blur()
    person.settled()


def lose_second_answer(page):
    """Let the server do the second batch and the client not hear of it; the batches asked for."""
    skips = []

    def answer(route):
        skips.append(route.request.post_data_json["params"]["args"][3]["skip"])
        if len(skips) == 2:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/execute_import*", answer)
    return skips


def test_import_that_breaks_off(sign_in, tmp_path):
    """The server did a batch and could not say so: importing again does the rest, once."""
    person = sign_in("sales")
    page = person.page
    page.set_default_timeout(4 * tools.TIMEOUT)
    expect.set_options(timeout=tools.TIMEOUT)
    wrong = (3, 60, 110)
    lines = [f"Broken {n},{'none' if n in wrong else ''}" for n in range(120)]
    upload_in_batches(person, file_of(person, tmp_path, lines), 50)
    skips = lose_second_answer(page)
    page.get_by_role("button", name="Import", exact=True).first.click()
    messages = page.locator(".o_import_data_content .alert")
    expect(messages.filter(has_text="interrupted")).to_be_visible()
    expect(messages.filter(has_text="The first 50 rows of the file are done")).to_be_visible()
    person.screenshot("import-broken-off")
    assert ["ERR_FAILED" in error for error in person.errors] == [True]
    person.errors.clear()
    page.get_by_role("button", name="Import", exact=True).first.click()
    expect(page.locator(".o_import_open_imported")).to_be_visible()
    assert skips == [0, 50, 50, 100]
    for n in wrong:
        expect(messages.filter(has_text=f"Line {n + 2}, Email")).to_be_visible()
    expect(messages.filter(has_text="117 records were imported. 3 rows are wrong")).to_be_visible()
    assert person.call("res.partner", "search_count", [["name", "like", "Broken %"]]) == 117
    page.click(".o_import_open_imported")
    person.settled("list")
    expect(page.locator(".o_pager_limit")).to_have_text("117")
