// What the page of a sweep looks like and does: constants, named to the browser by
// their hashes, so that it takes no other style and runs no other script.
// tests/cli/tune_test.sh compares the hashes: changing a byte changes them.
#ifndef MQWARDEN_PIPELINE_TUNE_PAGE_ASSETS_H_
#define MQWARDEN_PIPELINE_TUNE_PAGE_ASSETS_H_

#include <string_view>

namespace mqwarden {

// Light and dark by the reader's choice; always light on paper.
inline constexpr std::string_view kTunePageStyle = R"css(
:root{--bg:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#5c6878;--line:#dfe4ea;--accent:#0f62fe;--warm:#d9480f;--good:#12805c;--bad:#c0362c;
--c0:#0f62fe;--c1:#d9480f;--c2:#12805c;--c3:#8a3ffc;--c4:#b28600;--c5:#c2185b}
@media (prefers-color-scheme:dark){:root{--bg:#11161d;--card:#1a212b;--ink:#e6ebf1;--soft:#97a5b6;--line:#2c3643;--accent:#6ea6ff;--warm:#ff9a5c;--good:#4fd1a1;--bad:#ff8077;
--c0:#6ea6ff;--c1:#ff9a5c;--c2:#4fd1a1;--c3:#be95ff;--c4:#e8c547;--c5:#ff7eb6}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:26px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:17px;margin:0 0 4px}
p{margin:0 0 10px}
.soft{color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:18px 0;overflow-x:auto}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:20px 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px}
.tile b{display:block;font-size:26px;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:13px}
svg{width:100%;height:auto;display:block}
.axis{fill:var(--soft);font-size:12px}
.grid{stroke:var(--line)}
.now{stroke:var(--soft);stroke-dasharray:4 4}
.cross{stroke:var(--soft);visibility:hidden}.cross.on{visibility:visible}
.off{opacity:.12}.curves .name{cursor:pointer}
output{display:block;min-height:1.5em;color:var(--soft);font-size:13px;white-space:pre-line;font-variant-numeric:tabular-nums}
.curve{fill:none;stroke-width:2.4;stroke-linejoin:round}
.dot{stroke:var(--card);stroke-width:1}
.name{font-size:13px;font-weight:600}
.curve.c0{stroke:var(--c0)}.curve.c1{stroke:var(--c1)}.curve.c2{stroke:var(--c2)}.curve.c3{stroke:var(--c3)}.curve.c4{stroke:var(--c4)}.curve.c5{stroke:var(--c5)}
.dot.c0,.name.c0{fill:var(--c0)}.dot.c1,.name.c1{fill:var(--c1)}.dot.c2,.name.c2{fill:var(--c2)}.dot.c3,.name.c3{fill:var(--c3)}.dot.c4,.name.c4{fill:var(--c4)}.dot.c5,.name.c5{fill:var(--c5)}
.back{fill:var(--line)}.fired{fill:var(--c0);fill-opacity:.45}.sent{fill:var(--c0)}
.cell{fill:var(--bg)}.heat{fill:var(--c0)}.mark{fill:var(--warm);stroke:var(--card)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600;font-size:13px}
td.short{white-space:nowrap}
.n{text-align:right;white-space:nowrap;width:1%;padding-left:18px}
tr.here td{font-weight:700}
progress{width:110px;height:9px;appearance:none;border:0;border-radius:5px;background:var(--line);vertical-align:middle}
progress::-webkit-progress-bar{background:var(--line);border-radius:5px}
progress::-webkit-progress-value{background:var(--c0);border-radius:5px}
progress::-moz-progress-bar{background:var(--c0);border-radius:5px}
.advice{border-left:4px solid var(--good);padding-left:14px;margin:16px 0}
.advice h3{font-size:15px;margin:0}
pre{background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:10px 12px;overflow-x:auto;font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:8px 0}
.add{color:var(--good)}.del{color:var(--bad)}
.note{border-left:4px solid var(--warm);padding-left:14px;margin:10px 0}
summary{cursor:pointer;color:var(--accent);margin-top:8px}
@media print{:root{--bg:#fff;--card:#fff;--ink:#1b2430;--soft:#5c6878;--line:#dfe4ea;--accent:#0f62fe;--warm:#d9480f;--good:#12805c;--bad:#c0362c;
--c0:#0f62fe;--c1:#d9480f;--c2:#12805c;--c3:#8a3ffc;--c4:#b28600;--c5:#c2185b}output,summary{display:none}main{max-width:none;padding:0}section,.tile,.advice,tr{break-inside:avoid}pre{white-space:pre-wrap}}
)css";
inline constexpr std::string_view kTunePageStyleHash =
    "sha256-S3H+YP/2x3onyaoSZbBsqsR+OnsxXLFpXtNezXTV1Dw=";

// The figures of the threshold under the pointer, and a click on a window's name
// to fade it. It reads what the page shows and writes text, never markup.
inline constexpr std::string_view kTunePageScript = R"js(
const chart = document.querySelector(".curves");
if (chart) {
  const said = new Map(), cross = chart.querySelector(".cross"), out = document.querySelector("output");
  for (const dot of chart.querySelectorAll(".dot")) {
    const x = +dot.getAttribute("cx");
    said.set(x, [...(said.get(x) || []), dot.textContent]);
  }
  chart.addEventListener("pointermove", (e) => {
    const at = new DOMPoint(e.clientX, e.clientY).matrixTransform(chart.getScreenCTM().inverse()).x;
    const x = [...said.keys()].reduce((a, b) => Math.abs(b - at) < Math.abs(a - at) ? b : a);
    cross.setAttribute("x1", x);
    cross.setAttribute("x2", x);
    cross.classList.add("on");
    out.textContent = said.get(x).join("\n");
  });
  for (const name of chart.querySelectorAll(".name")) {
    name.addEventListener("click", () => {
      for (const part of chart.querySelectorAll(`[data-w="${name.dataset.w}"]`)) part.classList.toggle("off");
    });
  }
}
)js";
inline constexpr std::string_view kTunePageScriptHash =
    "sha256-56mgPMVkVkv3qn1oLYCFSlVb1YxCrzrmqmx7DdxIgCs=";

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_PAGE_ASSETS_H_
