// A number over time, a line for each origin, and the same as a table.

import { openClaim } from "./claim.js";
import { h, s, words } from "./dom.js";
import { clock, moment, plain, quantity, root } from "./words.js";

const WIDTH = 640;
const HEIGHT = 180;
const EDGE = { left: 52, right: 14, top: 12, bottom: 26 };
const SHAPES = 6;

/** The series of a story: claims of one question whose values follow each other. */
export function series(claims) {
  const slots = new Map();
  for (const claim of claims) {
    if (!claim.quantity || claim.withhold) continue;
    const key = claim.slot;
    if (!slots.has(key)) slots.set(key, []);
    slots.get(key).push(claim);
  }
  const all = [...slots.values()].map(points).filter((one) => one.points.length > 1);
  return all.sort((one, other) => other.points.length - one.points.length);
}

function points(claims) {
  const points = [];
  for (const claim of claims) {
    for (const piece of claim.evidence) {
      if (piece.stance !== "assert") continue;
      points.push({
        origin: root(piece.chain), at: piece.asOf, value: claim.quantity.value,
        low: claim.quantity.low, high: claim.quantity.high, claim, told: quantity(claim.quantity),
      });
    }
  }
  points.sort((one, other) => one.at.localeCompare(other.at) || one.value - other.value);
  const seen = new Set();
  const distinct = points.filter((point) => {
    const key = `${point.origin}|${point.value}`;
    return !seen.has(key) && seen.add(key);
  });
  const { indicator, population, place } = claims[0].quantity;
  const of = [plain(indicator), population && `(${population})`, place && `in ${place}`];
  return { title: of.filter(Boolean).join(" "), points: distinct };
}

/** Chart and table of one series. */
export function chart(one) {
  const origins = [...new Set(one.points.map((point) => point.origin))];
  return h("figure", { class: "chart" },
    h("figcaption", {}, words(one.title)),
    drawing(one, origins),
    h("ul", { class: "legend" }, origins.map((origin, at) =>
      h("li", {}, s("svg", { viewBox: "0 0 10 10", class: `o${at % SHAPES}`, "aria-hidden": "true" },
        shape(at, 5, 5)), " ", words(origin || "unnamed")))),
    h("details", {},
      h("summary", {}, "As a table"),
      h("table", {},
        h("thead", {}, h("tr", {}, ["Said", "By", "Value", "Stands"].map((it) => h("th", { scope: "col" }, it)))),
        h("tbody", {}, one.points.map((point) => h("tr", {},
          h("td", {}, moment(point.at)), h("td", {}, words(point.origin)),
          h("td", { class: "number" }, h("button", {
            type: "button", class: "plain", title: "Why this level", onclick: () => openClaim(point.claim.id),
          }, point.told)), h("td", {}, plain(point.claim.level.status))))))));
}

function drawing(one, origins) {
  const times = one.points.map((point) => Date.parse(point.at));
  const values = one.points.flatMap((point) => [point.value, point.low ?? point.value, point.high ?? point.value]);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const step = niceStep(Math.max(...values, 1) / 3);
  const top = step * Math.ceil((Math.max(...values, 1) * 1.04) / step);
  const x = (time) => EDGE.left + ((time - first) / (last - first || 1)) * (WIDTH - EDGE.left - EDGE.right);
  const y = (value) => HEIGHT - EDGE.bottom - (value / top) * (HEIGHT - EDGE.top - EDGE.bottom);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, at) => at * step);
  const told = `${one.title}: ${one.points.map((it) => `${clock(it.at)} ${it.origin} ${it.told}`).join("; ")}`;
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": told },
    ticks.map((tick) => [
      s("line", { class: "grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(tick), y2: y(tick) }),
      s("text", { class: "tick", x: EDGE.left - 6, y: y(tick) + 4, "text-anchor": "end" }, tick.toLocaleString("en")),
    ]),
    s("text", { class: "tick", x: EDGE.left, y: HEIGHT - 6 }, moment(first)),
    s("text", { class: "tick", x: WIDTH - EDGE.right, y: HEIGHT - 6, "text-anchor": "end" }, moment(last)),
    origins.map((origin, at) => {
      const own = one.points.filter((point) => point.origin === origin);
      const steps = own.map((point, n) => {
        const [px, py] = [x(Date.parse(point.at)).toFixed(1), y(point.value).toFixed(1)];
        return n === 0 ? `M${px} ${py}` : `H${px}V${py}`;
      });
      return s("g", { class: `o${at % SHAPES}` },
        s("path", { class: "line", d: steps.join("") }),
        own.map((point) => bound(point, x, y)),
        own.map((point) => shape(at, x(Date.parse(point.at)), y(point.value),
          `${point.origin}, ${moment(point.at)}: ${point.told}`)));
    }));
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(wanted) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 5, 10].find((it) => it * power >= wanted) ?? 10);
}

/** "At least" points up, "at most" down; an interval is a bar. */
function bound(point, x, y) {
  const at = x(Date.parse(point.at));
  const low = y(point.low ?? point.value);
  const high = point.high === null ? y(point.value) - 14 : y(point.high);
  if (point.low === point.high && point.low !== null) return null;
  return s("line", { class: "bound", x1: at, x2: at, y1: low, y2: high });
}

/** Origins differ by form as well as by colour. */
function shape(at, x, y, title) {
  const name = title && s("title", {}, title);
  switch (at % SHAPES) {
    case 0: return s("circle", { class: "dot", cx: x, cy: y, r: 3.6 }, name);
    case 1: return s("rect", { class: "dot", x: x - 3.3, y: y - 3.3, width: 6.6, height: 6.6 }, name);
    case 2: return s("path", { class: "dot", d: `M${x} ${y - 4.4}l4.4 7.6h-8.8z` }, name);
    case 3: return s("path", { class: "dot", d: `M${x} ${y - 4.6}l4.6 4.6l-4.6 4.6l-4.6-4.6z` }, name);
    case 4: return s("circle", { class: "dot hollow", cx: x, cy: y, r: 3.4 }, name);
    default: return s("rect", { class: "dot hollow", x: x - 3.2, y: y - 3.2, width: 6.4, height: 6.4 }, name);
  }
}
