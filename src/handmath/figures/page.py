"""A page for `dvc plots` that needs no network: the template `.dvc/page.html`, Vega in it.

DVC's own page loads Vega from a server. This one is made by `make`, Git does not know it, and only
this folder's `.dvc/config.local` names it: DVC fails where a template is named and missing.
"""

import subprocess
from pathlib import Path

import vl_convert

from handmath.base.files import atomic_write

TEMPLATE = Path(__file__).with_suffix(".html")
PAGE = Path(".dvc/page.html")
# The title becomes the page's own, which breaks into lines. On a narrow screen a chart is as wide
# as that allows, with 170 pixels for its labels, and revisions stand one below the other.
EMBED = """
window.vegaEmbed = (selector, spec) => {
  spec.$schema = "https://vega.github.io/schema/vega-lite/v6.json";  // .dvc/plots/ says v5, as DVC
  const place = document.querySelector(selector);
  const [title, chart] = [document.createElement("p"), document.createElement("div")];
  title.textContent = spec.title.text;
  delete spec.title;
  place.append(title, chart);
  const screen = document.documentElement.clientWidth;
  const options = {renderer: "svg", config: {}, downloadFileName: title.textContent};
  options.actions = {export: true, source: false, compiled: false, editor: false};
  if (screen < 700) {
    options.actions = false;
    options.config.legend = {orient: "bottom"};
    if (spec.facet) spec.facet = {row: spec.facet.column};
    const sized = spec.spec ?? spec;
    if (typeof sized.width === "number") sized.width = Math.min(sized.width, screen - 170);
  }
  return vegaEmbed(chart, spec, options);
};
"""


def main() -> None:
    """Write the template and point DVC's local config at it."""
    vega = vl_convert.javascript_bundle(EMBED)
    html = TEMPLATE.read_text(encoding="utf-8").replace("{vega}", vega)
    with atomic_write(PAGE) as partial:
        partial.write_text(html, encoding="utf-8")
        config = ["dvc", "config", "--local", "plots.html_template", PAGE.name]
        subprocess.run(config, check=True)


if __name__ == "__main__":
    main()
