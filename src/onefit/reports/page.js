"use strict";
// The page is whole without this script, but for the plane. It adds the numbers under the pointer
// and the slider over the epochs.
const report = JSON.parse(document.getElementById("onefit-report").textContent);
const SVG = "http://www.w3.org/2000/svg";

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

// As `short` in scales.py: the same number stands beside it in the text of the page.
function short(number) {
  if (!Number.isFinite(number)) return String(number).replace("Infinity", "∞");
  if (number !== 0 && (Math.abs(number) < 1e-3 || Math.abs(number) >= 1e7))
    return number.toExponential(2).replace(/\.?0*e\+?/, "e");
  if (Math.abs(number) >= 999.5) return Math.round(number).toLocaleString("en-US");
  return String(Number(number.toPrecision(3)));
}

// The place of the number that is nearest to one, in a list that rises.
function nearest(list, number) {
  let low = 0, high = list.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (list[middle] <= number) low = middle; else high = middle;
  }
  return number - list[low] <= list[high] - number ? low : high;
}

// --- the numbers of all curves of a fit, at the epoch under the pointer ---

function series(fit, name) {
  const values = fit.history[name].map(Number);
  const epochs = fit.epochs[name] || values.map((_, at) => fit.first + 1 + at);
  return { values, epochs };
}

function readable(chart) {
  const { low, high, log, first, last, fit, names } = chart.dataset;
  const plot = chart.querySelector(".plot"), figure = chart.closest("figure");
  const inner = plot.querySelector(".stretched");
  const top = inner.y.baseVal.value, height = inner.height.baseVal.value;
  const scale = log ? Math.log : (number) => number;
  const lines = JSON.parse(names).map((name, at) => {
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("class", "dot " + (name.startsWith("val_") ? "second" : "first"));
    dot.setAttribute("r", "4");
    const label = figure.querySelector(`[data-line="${at}"]`);
    return { ...series(report.run.fits[fit], name), dot, label, rest: label.textContent };
  });
  const cursor = document.createElementNS(SVG, "line");
  cursor.setAttribute("class", "cursor");
  cursor.setAttribute("y1", top);
  cursor.setAttribute("y2", top + height);

  function show(epoch) {
    const x = `${(100 * (epoch - first)) / (last - first)}%`;
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    plot.append(cursor);
    for (const line of lines) {
      const value = line.values[nearest(line.epochs, epoch)];
      const place = (scale(value) - scale(Number(low))) / (scale(Number(high)) - scale(Number(low)));
      line.label.textContent = short(value);
      if (!Number.isFinite(place)) { line.dot.remove(); continue; }
      line.dot.setAttribute("cx", x);
      line.dot.setAttribute("cy", top + height * (1 - place));
      plot.append(line.dot);
    }
  }

  function hide() {
    cursor.remove();
    for (const line of lines) { line.dot.remove(); line.label.textContent = line.rest; }
  }

  function epochAt(event) {
    const box = plot.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return Math.round(Number(first) + share * (last - first));
  }
  return { fit, chart, show, hide, epochAt };
}

const charts = [...document.querySelectorAll(".chart[data-fit]")].map(readable);
for (const one of charts) {
  const same = charts.filter((other) => other.fit === one.fit);
  const move = (event) => same.forEach((other) => other.show(one.epochAt(event)));
  one.chart.addEventListener("pointermove", move);
  one.chart.addEventListener("pointerdown", move);
  one.chart.addEventListener("pointerleave", () => same.forEach((other) => other.hide()));
}

// --- the answer over the plane ---

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function blend(share, low, middle, high) {
  const [from, to, part] = share < 0.5 ? [low, middle, 2 * share] : [middle, high, 2 * share - 1];
  return from.map((value, at) => value + (to[at] - value) * part);
}

// A canvas as sharp as the screen, in units of CSS pixels.
function sharp(canvas) {
  const ratio = window.devicePixelRatio || 1;
  canvas.base = canvas.base || { width: canvas.width, height: canvas.height };
  canvas.width = canvas.base.width * ratio;
  canvas.height = canvas.base.height * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  return { context, ...canvas.base };
}

function drawPlane(canvas, view, frame) {
  const { context, width } = sharp(canvas);
  const size = view.size, cells = bytes(view.frames[frame]);
  const [low, middle, high] = ["--low", "--middle", "--high"].map((name) => rgb(colour(name)));
  const classes = view.labels.map((_, at) => rgb(colour(`--k${at}`)));
  const small = new OffscreenCanvas(size, size), pixels = new ImageData(size, size);
  cells.forEach((byte, at) => {
    const place = 4 * ((size - 1 - Math.floor(at / size)) * size + (at % size));
    const shown = view.kind === "classes" ? classes[byte] : blend(byte / 255, low, middle, high);
    pixels.data.set([...shown, view.kind === "classes" ? 150 : 255], place);
  });
  small.getContext("2d").putImageData(pixels, 0, 0);
  context.fillStyle = colour("--card");
  context.fillRect(0, 0, width, width);
  context.imageSmoothingEnabled = view.kind !== "classes";
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, width, width);
  if (view.kind === "probability") drawBorder(context, cells, size, width);
  drawPoints(context, view, width);
}

// Where the answer changes: marching squares at one half, between the middles of the cells.
function drawBorder(context, cells, size, width) {
  const step = width / size, half = 127.5;
  const at = (row, column) => cells[row * size + column] - half;
  context.beginPath();
  for (let row = 0; row < size - 1; row++) {
    for (let column = 0; column < size - 1; column++) {
      const corners = [[0, 0], [0, 1], [1, 1], [1, 0]];
      const cuts = [];
      corners.forEach(([r, c], number) => {
        const [r2, c2] = corners[(number + 1) % 4];
        const one = at(row + r, column + c), other = at(row + r2, column + c2);
        if (one < 0 === other < 0) return;
        const part = one / (one - other);
        cuts.push([column + c + (c2 - c) * part + 0.5, row + r + (r2 - r) * part + 0.5]);
      });
      for (let cut = 0; cut + 1 < cuts.length; cut += 2) {
        context.moveTo(cuts[cut][0] * step, width - cuts[cut][1] * step);
        context.lineTo(cuts[cut + 1][0] * step, width - cuts[cut + 1][1] * step);
      }
    }
  }
  context.strokeStyle = colour("--ink");
  context.lineWidth = 1.5;
  context.stroke();
}

// A shape and a colour for each class; for numbers, the colour of the number.
function drawPoints(context, view, width) {
  const [low, middle, high] = ["--low", "--middle", "--high"].map((name) => rgb(colour(name)));
  const radius = view.points.length > 200 ? 3 : view.points.length > 40 ? 4 : 7;
  context.lineWidth = radius > 3 ? 2.5 : 0.8;
  for (const [x, y, value] of view.points) {
    const left = ((x - view.x[0]) / (view.x[1] - view.x[0])) * width;
    const up = width - ((y - view.y[0]) / (view.y[1] - view.y[0])) * width;
    const share = (value - view.low) / (view.high - view.low || 1);
    context.fillStyle = view.kind === "number"
      ? `rgb(${blend(Math.min(1, Math.max(0, share)), low, middle, high).map(Math.round)})`
      : colour(`--k${value}`);
    context.strokeStyle = colour("--ring");
    context.beginPath();
    if (view.kind === "number" || value % 2 === 0) context.arc(left, up, radius, 0, 7);
    else context.rect(left - radius * 0.9, up - radius * 0.9, radius * 1.8, radius * 1.8);
    context.fill();
    context.stroke();
  }
}

function drawNeurons(canvas, view, frame) {
  const { context, width, height } = sharp(canvas);
  const sizes = view.sizes, layers = view.weights[frame];
  const place = (layer, unit) => [
    14 + (layer * (width - 28)) / (sizes.length - 1), (height * (unit + 0.5)) / sizes[layer],
  ];
  const most = Math.max(1, ...view.weights.at(-1).flat().map(Math.abs));
  const ink = (weight) => colour(weight < 0 ? "--k0" : "--k1");
  layers.forEach((numbers, layer) => {
    for (let from = 0; from < sizes[layer]; from++) {
      for (let to = 0; to < sizes[layer + 1]; to++) {
        const weight = numbers[from * sizes[layer + 1] + to];
        context.beginPath();
        context.moveTo(...place(layer, from));
        context.lineTo(...place(layer + 1, to));
        context.lineWidth = 0.3 + (7 * Math.abs(weight)) / most;
        context.strokeStyle = ink(weight);
        context.stroke();
      }
    }
  });
  sizes.forEach((count, layer) => {
    for (let unit = 0; unit < count; unit++) {
      const bias = layer && layers[layer - 1][sizes[layer - 1] * count + unit];
      context.beginPath();
      context.arc(...place(layer, unit), 9, 0, 7);
      context.fillStyle = colour("--card");
      context.fill();
      context.lineWidth = layer ? 1.5 + (4 * Math.abs(bias)) / most : 1.5;
      context.strokeStyle = layer && bias ? ink(bias) : colour("--level");
      context.stroke();
    }
  });
}

function playable(box) {
  const view = report.views[box.dataset.fit].plane;
  const slider = box.querySelector("input"), output = box.querySelector("output");
  const button = box.querySelector("button"), neurons = box.querySelector(".neurons");
  let timer = 0;

  function draw() {
    const frame = slider ? Number(slider.value) : 0;
    drawPlane(box.querySelector(".answer"), view, frame);
    if (neurons) drawNeurons(neurons, view, frame);
    if (output) output.textContent = `epoch ${view.epochs[frame].toLocaleString("en")}`;
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
  }

  function play() {
    if (timer) { stop(); return; }
    if (slider.value === slider.max) slider.value = 0;
    button.textContent = "Stop";
    draw();
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      draw();
      if (slider.value === slider.max) stop();
    }, 110);
  }
  if (slider) {
    slider.addEventListener("input", draw);
    button.addEventListener("click", play);
  }
  draw();
  for (const media of ["(prefers-color-scheme: dark)", "print"])
    matchMedia(media).addEventListener("change", draw);
}
document.querySelectorAll(".plane").forEach(playable);
