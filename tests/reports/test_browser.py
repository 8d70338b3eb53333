"""The page in a real browser: nothing is complained of or asked for, and what moves moves."""

import itertools

import browser
import pytest
import records

from onefit.reports import Page, Report, write
from onefit.runs.record import Event

pytestmark = pytest.mark.skipif(
    browser.program() is None, reason="needs a Chromium (apt-get install chromium)"
)

# a page hears of other colours when its next frame is drawn
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
CANVAS = "document.querySelector('.answer').toDataURL()"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A browser with the report of two fits, one of them with everything that can be seen."""
    file = tmp_path_factory.mktemp("page") / "report.html"
    write(Report(records.run(records.fit(), records.fit()), {0: records.views()}), file)
    opened = browser.Browser(browser.program())
    opened.open(file)
    opened.file = file
    yield opened
    opened.close()


def test_no_complaint_and_no_request(page):
    assert page.run("document.querySelectorAll('.tiles').length") == 2
    assert page.complaints() == [] and page.requests() == []
    assert page.events[0]["method"], "the browser does tell"


def test_a_hostile_page_runs_no_script_of_its_own(page, tmp_path):
    run, views = records.worded(records.HOSTILE)
    write(Report(run, views), tmp_path / "hostile.html")
    page.open(tmp_path / "hostile.html")
    try:
        assert page.complaints() == [] and page.requests() == []
        assert page.run(
            "[...document.querySelectorAll('img')].every((i) => i.src.startsWith('data:'))"
        )
        assert page.run("document.querySelector('.slider output').textContent") == "epoch 50"
    finally:
        page.open(page.file)


def test_the_policy_stops_what_escaping_missed(page, tmp_path):
    text = page.file.read_text().replace(
        "</main>", "<script>window.bad = 1</script><img src='http://127.0.0.1:9/x'></main>"
    )
    (tmp_path / "bad.html").write_text(text)
    page.open(tmp_path / "bad.html")
    try:
        assert page.run("window.bad") is None
        assert len(page.complaints()) == 2, "the browser says that it refused both"
    finally:
        page.open(page.file)


def test_a_notebook_shows_it_in_a_frame(page, tmp_path):
    shown = Page(Report(records.run(), {0: records.views()}))._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><title>notebook</title>{shown}")
    page.open(tmp_path / "notebook.html")
    inside = "document.querySelector('iframe').contentDocument.querySelector"
    try:
        assert page.run(f"{inside}('.slider output').textContent") == "epoch 50"
        assert page.run(f"{inside}('.answer').toDataURL().length") > 2000, "the plane is drawn"
        assert page.complaints() == [] and page.requests() == []
    finally:
        page.open(page.file)


def test_the_slider_moves_the_plane_and_the_network(page):
    last = page.run(CANVAS)
    for place, epoch in ((0, 0), (1, 25), (2, 50)):
        page.run(f"""(() => {{
            const slider = document.querySelector('.slider input');
            slider.value = {place};
            slider.dispatchEvent(new Event('input'));
        }})()""")
        assert page.run("document.querySelector('.slider output').textContent") == f"epoch {epoch}"
        assert (page.run(CANVAS) == last) == (place == 2)
    page.run("document.querySelector('.play').click()")
    assert page.run("document.querySelector('.play').textContent") == "Stop"
    ended = """new Promise((done) => setInterval(() => {
        if (document.querySelector('.play').textContent === 'Play') done(true) }, 20))"""
    assert page.run(ended) and page.run(CANVAS) == last


def test_a_pointer_on_a_curve_reads_its_numbers(page):
    box = page.run("""(() => { const b = document.querySelector('.chart[data-fit] .plot')
        .getBoundingClientRect(); scrollTo(0, b.top - 100);
        const c = document.querySelector('.chart[data-fit] .plot').getBoundingClientRect();
        return [c.left, c.top, c.width] })()""")
    label = "document.querySelector('.legend [data-line=\"0\"]').textContent"
    rest = page.run(label)
    where = {"x": box[0] + box[2] * 10 / 49, "y": box[1] + 60}  # epoch 11 of 1 to 50
    page.send("Input.dispatchMouseEvent", type="mouseMoved", **where)
    assert page.run(label) == "0.329", "exp(-10/9)"
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert page.run(label) == rest


def test_no_words_in_a_chart_lie_over_others_and_the_verdict_is_whole_on_a_telephone(
    page, tmp_path
):
    events = [Event(at, "", "learning rate 0.01 -> 0.001") for at in (2, 20, 39, 45, 47, 49)]
    events.append(Event(49, "EarlyStopping", "stopped the training"))
    run = records.run(records.fit(events=events), verdict=["onefit: " + "many words " * 20])
    write(Report(run, {0: records.views()}), tmp_path / "events.html")
    boxes = """[...document.querySelectorAll('.plot')].map((plot) =>
        [...plot.querySelectorAll('.note')].map((note) => {
            const box = note.getBoundingClientRect(), whole = plot.getBoundingClientRect();
            return [box.left, box.right, whole.left, whole.right] }))"""
    try:
        for width in (360, 390, 1100):
            page.send("Emulation.setDeviceMetricsOverride", width=width, height=700,
                      deviceScaleFactor=1, mobile=False)  # fmt: skip
            page.open(tmp_path / "events.html")
            for notes in page.run(boxes)[:2]:
                assert len(notes) >= 1, "the end of the training is told beside its line"
                for (_, right, *_), (left, *_) in itertools.pairwise(sorted(notes)):
                    assert right <= left
                assert all(low <= left and right <= high for left, right, low, high in notes)
            verdict = "document.querySelector('.verdict')"
            assert page.run(f"{verdict}.scrollWidth <= {verdict}.clientWidth")
        marks = page.run("document.querySelectorAll('.plot .mark').length")
        told = page.run("[...document.querySelectorAll('.plot title')].map((t) => t.textContent)")
        assert marks == len(told) == 12, "six epochs in each of two charts"
        assert "epoch 50: stopped the training; learning rate 0.01 -> 0.001" in told
    finally:
        page.send("Emulation.clearDeviceMetricsOverride")
        page.open(page.file)


def contrast(page, *names):
    """The contrast of two colours of the style sheet, as WCAG 2 defines it."""
    light = []
    for name in names:
        colour = page.run(f"getComputedStyle(document.documentElement).getPropertyValue('{name}')")
        shares = [int(colour.strip()[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        light.append(sum(k * s for k, s in zip((0.2126, 0.7152, 0.0722), linear)))
    return (max(light) + 0.05) / (min(light) + 0.05)


def test_dark_differs_and_a_telephone_is_wide_enough(page):
    colour = "getComputedStyle(document.body).backgroundColor"
    light, plane = page.run(colour), page.run(CANVAS)
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.send("Emulation.setEmulatedMedia", features=dark)
    page.run(DRAWN)
    assert page.run(colour) != light and page.run(CANVAS) != plane
    for name, least in (("--low", 1.8), ("--high", 1.8)):  # a class's point on the plane
        point = {"--low": "--k0", "--high": "--k1"}[name]
        assert contrast(page, point, name) > least
    page.send("Emulation.setEmulatedMedia", features=[])
    page.send("Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=2,
              mobile=True)  # fmt: skip
    assert page.run("document.documentElement.scrollWidth") <= 360
    page.send("Emulation.clearDeviceMetricsOverride")
    assert page.send("Page.printToPDF")["data"]
    assert page.complaints() == []
