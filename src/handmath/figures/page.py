"""A page for `dvc plots` that needs no network: the template `.dvc/page.html`, Vega in it.

DVC's own page loads Vega from a server, and puts all charts before all pictures. This one is made
by `make`, Git does not know it, and only this folder's `.dvc/config.local` names it: DVC fails
where a template is named and missing.
"""

import json
import subprocess
from pathlib import Path

import vl_convert
import yaml

from handmath.base.errors import InputError, reason, run
from handmath.base.files import atomic_write

TEMPLATE = Path(__file__).with_suffix(".html")
PAGE = Path(".dvc/page.html")
# DVC's calls wait until the page has put everything in its place. Charts are as wide as it allows,
# with room for labels and a legend; on a phone the legend, and other revisions, stand below.
EMBED = """
window.charts = [];
window.vegaEmbed = (selector, spec) => {
  spec.$schema = "https://vega.github.io/schema/vega-lite/v6.json";  // .dvc/plots/ says v5, as DVC
  charts.push({place: document.querySelector(selector), spec});
};
window.drawChart = (place, spec, revisions, phone) => {
  const title = place.parentElement.firstChild.textContent;
  const options = {renderer: "svg", config: {}, downloadFileName: title};
  options.actions = phone ? false : {export: true, source: false, compiled: false, editor: false};
  if (phone) {
    options.config.legend = {orient: "bottom"};
    if (spec.facet) spec.facet = {row: spec.facet.column};
  }
  const beside = spec.facet && !phone ? revisions : 1;
  const sized = spec.spec ?? spec;
  const room = (place.clientWidth - (phone ? 120 : 180)) / beside;
  if (typeof sized.width === "number") sized.width = Math.min(sized.width, Math.max(room, 200));
  if (revisions < 2) {  // the only one need not be named
    if (spec.facet) Object.values(spec.facet)[0].header.labels = false;
    if (spec.encoding?.x.field === "rev") spec.encoding.x.axis.labels = false;
    spec.layer?.forEach((layer) => delete layer.encoding?.strokeDash);
  }
  return vegaEmbed(place, spec, options);
};
"""


def main() -> None:
    """Write the template and point DVC's local config at it."""
    vega = vl_convert.javascript_bundle(EMBED)
    html = TEMPLATE.read_text(encoding="utf-8").replace("{vega}", vega)
    html = html.replace("{figures}", json.dumps(figures()))
    with atomic_write(PAGE) as partial:
        partial.write_text(html, encoding="utf-8")
        config = ["dvc", "config", "--local", "plots.html_template", PAGE.name]
        subprocess.run(config, check=True)


def figures() -> list[tuple[str, str]]:
    """What DVC calls each figure, and its title, in the order of dvc.yaml.

    Raises:
        InputError: the file is missing, or has no such list.
    """
    try:
        plots = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))["plots"]
        named = [({plot: None} if isinstance(plot, str) else plot).items() for plot in plots]
        return [(name, (about or {}).get("title", name)) for plot in named for name, about in plot]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError) as error:
        said = " ".join(reason(error).split())
        raise InputError(f"dvc.yaml has no list of plots that can be read ({said})") from None


if __name__ == "__main__":
    run(main)
