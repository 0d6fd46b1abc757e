(() => {
'use strict';
const D = JSON.parse(document.getElementById('data').textContent);
const $ = id => document.getElementById(id);
const DAY = 86400, G0 = 9.80665e-3;
const bytes = text => { const s = atob(text), b = new Uint8Array(s.length); for (let k = 0; k < s.length; k++) b[k] = s.charCodeAt(k); return b.buffer; };
const C3 = new Float32Array(bytes(D.cells.c3)), VA = new Float32Array(bytes(D.cells.v_inf_arr));
const U = name => new Uint16Array(bytes(D.cells[name]));
const DLA = U('dla'), RLA = U('rla'), ANG = U('angle'), CODE = U('code');
const N = D.size[0], M = D.size[1], K = N * M;
const departAt = i => D.depart[0] + (D.depart[1] - D.depart[0]) * i / (N - 1);
const arriveAt = j => D.arrive[0] + (D.arrive[1] - D.arrive[0]) * j / (M - 1);
const columnOf = t => (t - D.depart[0]) / (D.depart[1] - D.depart[0]) * (N - 1);
const rowOf = t => (t - D.arrive[0]) / (D.arrive[1] - D.arrive[0]) * (M - 1);

// ---- dates: TDB seconds past J2000, written in the calendar
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const civil = t => new Date(Date.UTC(2000, 0, 1, 12) + 1000 * t);
const iso = t => civil(Math.round(t)).toISOString().slice(0, 19);
const day = t => iso(t).slice(0, 10);
const tdb = (y, m, d) => (Date.UTC(y, m, d) - Date.UTC(2000, 0, 1, 12)) / 1000;

// ---- the numbers of a cell
const roman = n => { let s = ''; for (const [v, l] of [[50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']]) while (n >= v) { s += l; n -= v; } return s; };
const short = (code, low, high) => code === 0 ? NaN : low + (code - 1) * (high - low) / 65534;
const burn = (end, v) => Math.sqrt(v * v + end.escape2_km2_s2) - end.periapsis_km_s;
const WHY = ['', 'masked by a limit', 'arrives before it departs', 'too short for these revolutions', 'in one line with the Sun'];
function cell(k) {
  const status = CODE[k] & 7, layer = D.branches[CODE[k] >> 3];
  const depart = departAt(k % N), arrive = arriveAt(Math.floor(k / N));
  const c = { k, status, depart, arrive, tof_d: (arrive - depart) / DAY, c3_km2_s2: C3[k] };
  if (status > 1 || !isFinite(C3[k])) return c;
  c.v_inf_dep_km_s = Math.sqrt(C3[k]);
  c.v_inf_arr_km_s = VA[k];
  c.v_inf_sum_km_s = c.v_inf_dep_km_s + VA[k];
  c.dla_deg = short(DLA[k], -90, 90);
  c.rla_deg = short(RLA[k], 0, 360);
  const turn = short(ANG[k], 0, 360);
  c.phase_deg = turn + 360 * layer.revs;
  c.dv_depart_km_s = burn(D.leave, c.v_inf_dep_km_s);
  c.dv_arrive_km_s = burn(D.enter, VA[k]);
  c.dv_total_km_s = c.dv_depart_km_s + c.dv_arrive_km_s;
  c.type = roman(2 * layer.revs + 1 + (turn > 180 ? 1 : 0));
  c.revs = layer.revs;
  c.branch = layer.branch;
  return c;
}
// what a launch delivers: kilograms, or why not
function deliver(f, c) {
  if (!(Math.abs(c.dla_deg) <= f.max_dla_deg)) return { why: '|DLA| above ' + f.max_dla_deg + '°' };
  const p = f.curve, last = p.length - 1;
  if (last < 0) return { why: 'no figure beyond Earth orbit' };
  if (c.c3_km2_s2 < p[0][0]) return { why: 'C3 below ' + p[0][0] + ', where its figures begin' };
  if (c.c3_km2_s2 > p[last][0]) return { why: 'C3 above ' + p[last][0] + ', where its figures end' };
  let a = 0, b = last;
  while (b - a > 1) { const m = (a + b) >> 1; if (p[m][0] <= c.c3_km2_s2) a = m; else b = m; }
  const injected = p[a][1] + (p[b][1] - p[a][1]) * (b === a ? 0 : (c.c3_km2_s2 - p[a][0]) / (p[b][0] - p[a][0]));
  const s = f.stage;
  if (!s) return { injected, kg: injected };
  const burnt = -injected * Math.expm1(-c.dv_arrive_km_s / (s.isp_s * G0));
  const dry = s.inert_ratio === null ? s.dry_kg : s.inert_ratio * burnt;
  const kg = injected - burnt - dry;
  if (!(kg > 0)) return { why: 'nothing is left after the arrival burn' };
  if (s.inert_ratio === null && burnt > s.propellant_kg) return { why: 'its tank is too small' };
  return { injected, kg };
}
function value(layer, c) {
  if (c.status > 1 || c.v_inf_arr_km_s === undefined) return NaN;
  if (layer.freight === null) return c[layer.key];
  const f = D.freights[layer.freight], wide = Object.assign({}, f, { max_dla_deg: 90 }), d = deliver(wide, c);
  if (d.why) return NaN;
  return layer.key === 'delivered_kg' ? d.kg : f.price_musd === null ? NaN : f.price_musd * 1e6 / d.kg;
}
const KIND = new Uint16Array(K);
for (let k = 0; k < K; k++) if ((CODE[k] & 7) < 2 && ANG[k]) KIND[k] = 1 + 2 * (CODE[k] >> 3) + (short(ANG[k], 0, 360) > 180 ? 1 : 0);
const tables = new Map();
function table(index) {
  if (tables.has(index)) return tables.get(index);
  const layer = D.layers[index], t = new Float32Array(K);
  for (let k = 0; k < K; k++) {
    let v = value(layer, cell(k));
    if (layer.mean_deg !== null) v = layer.mean_deg + ((v - layer.mean_deg + 180) % 360 + 360) % 360 - 180;
    t[k] = layer.sign * v;
  }
  const joined = new Uint8Array((N - 1) * (M - 1));
  for (let j = 0; j < M - 1; j++) for (let i = 0; i < N - 1; i++) {
    const k = j * N + i, four = [k, k + 1, k + N, k + N + 1];
    let low = Infinity, high = -Infinity, whole = true;
    for (const q of four) {
      whole = whole && isFinite(t[q]) && !(KIND[q] !== KIND[k] && (KIND[q] + 1) >> 1 === (KIND[k] + 1) >> 1);
      low = Math.min(low, t[q]); high = Math.max(high, t[q]);
    }
    joined[j * (N - 1) + i] = whole && (layer.mean_deg === null || high - low < 180) ? 1 : 0;
  }
  tables.set(index, { t, joined });
  return tables.get(index);
}
const limitTable = new Map();
function limited(limit) {
  if (limitTable.has(limit.key)) return limitTable.get(limit.key);
  const t = new Float32Array(K);
  for (let k = 0; k < K; k++) {
    t[k] = KIND[k] === 0 ? NaN : limit.key === 'dla' ? Math.abs(short(DLA[k], -90, 90)) : limit.key === 'c3' ? C3[k] : (arriveAt(Math.floor(k / N)) - departAt(k % N)) / DAY;
  }
  limitTable.set(limit.key, t);
  return t;
}

// ---- state
let layerAt = 0, view = { i0: 0, i1: N - 1, j0: 0, j1: M - 1 }, at = null, pins = [], drag = null, lastPins = [];
const map = $('map'), over = $('over');
let W = 0, H = 0, dpr = 1;
const PAD = { l: 92, t: 10, r: 12, b: 58 };
const px = i => PAD.l + (i - view.i0) / (view.i1 - view.i0) * (W - PAD.l - PAD.r);
const py = j => H - PAD.b - (j - view.j0) / (view.j1 - view.j0) * (H - PAD.t - PAD.b);
const gi = x => view.i0 + (x - PAD.l) / (W - PAD.l - PAD.r) * (view.i1 - view.i0);
const gj = y => view.j0 + (H - PAD.b - y) / (H - PAD.t - PAD.b) * (view.j1 - view.j0);
const inside = (x, y) => x >= PAD.l && x <= W - PAD.r && y >= PAD.t && y <= H - PAD.b;
const INK = '#18202c', FAINT = '#5c6470', CRIMSON = '#9e1a42', BLANK = [241, 243, 245], OUT = [250, 250, 251];
const limits = () => D.limits.concat(D.layers[layerAt].limits);

// ---- the map
function paint() {
  const layer = D.layers[layerAt], { t, joined } = table(layerAt), g = map.getContext('2d');
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.fillStyle = '#fff'; g.fillRect(0, 0, map.width, map.height);
  const x0 = Math.round(PAD.l * dpr), y0 = Math.round(PAD.t * dpr);
  const w = Math.round((W - PAD.r) * dpr) - x0, h = Math.round((H - PAD.b) * dpr) - y0;
  const image = g.createImageData(w, h), out = image.data, levels = layer.levels, colours = layer.colours;
  const bounds = limits().map(l => ({ t: limited(l), most: l.most }));
  const ci = new Int32Array(w), cu = new Float64Array(w);
  for (let x = 0; x < w; x++) { const i = gi((x0 + x + 0.5) / dpr); ci[x] = Math.max(0, Math.min(N - 2, Math.floor(i))); cu[x] = i - ci[x]; }
  for (let y = 0; y < h; y++) {
    const j = gj((y0 + y + 0.5) / dpr), cj = Math.max(0, Math.min(M - 2, Math.floor(j))), v = j - cj;
    for (let x = 0; x < w; x++) {
      const k = cj * N + ci[x], u = cu[x], a = (1 - u) * (1 - v), b = u * (1 - v), c = (1 - u) * v, d = u * v;
      const mix = s => a * s[k] + b * s[k + 1] + c * s[k + N] + d * s[k + N + 1];
      let rgb = BLANK;
      for (let n = 0; n < bounds.length && rgb === BLANK; n++) if (mix(bounds[n].t) > bounds[n].most) rgb = hatch(n, x, y);
      if (rgb === BLANK && joined[cj * (N - 1) + ci[x]] && !(layer.max_c3 !== null && mix(C3) > layer.max_c3)) {
        const value = mix(t);
        let n = 0;
        while (n < levels.length && value >= levels[n]) n++;
        if (n < levels.length) rgb = colours[n];
      }
      const q = 4 * (y * w + x);
      out[q] = rgb[0]; out[q + 1] = rgb[1]; out[q + 2] = rgb[2]; out[q + 3] = 255;
    }
  }
  g.putImageData(image, x0, y0);
  g.setTransform(dpr, 0, 0, dpr, 0, 0);
  g.save();
  g.beginPath(); g.rect(PAD.l, PAD.t, W - PAD.l - PAD.r, H - PAD.t - PAD.b); g.clip();
  const taken = [];
  diagonals(g, taken);
  if (layer.key !== 'v_inf_arr_km_s') lines(g, VA, null, D.arrival_levels, v => v + ' km/s', CRIMSON, 1.3, taken, '10px');
  lines(g, t, joined, levels, (v, n) => layer.names[n], INK, 0.8, taken, 'bold 10.5px');
  period(g);
  g.restore();
  axes(g);
  for (const m of D.marks) badge(g, m.depart, m.arrive, m.number, '#fff', 'disc');
  pins.forEach((p, n) => badge(g, departAt(p % N), arriveAt(Math.floor(p / N)), String.fromCharCode(65 + n % 26), '#ffc828', 'square'));
  map.dataset.view = [view.i0, view.i1, view.j0, view.j1].join(',');
  map.dataset.area = [PAD.l, PAD.t, W - PAD.r, H - PAD.b].join(',');
  map.setAttribute('aria-label', layer.label + ' in ' + layer.unit + ', ' + D.title + ', departures ' + day(departAt(view.i0)) + ' to ' + day(departAt(view.i1)) + ', arrivals ' + day(arriveAt(view.j0)) + ' to ' + day(arriveAt(view.j1)));
  hoverDraw();
}
function hatch(n, x, y) {
  const s = Math.max(1, Math.round(dpr)), a = Math.floor(x / s), b = Math.floor(y / s);
  const on = [(a + b) % 8 === 0, ((a - b) % 8 + 8) % 8 === 0, b % 6 === 0 && a % 9 < 6, a % 6 === 0 && b % 4 === 0, (a + 3 * b) % 16 === 0][n % 5];
  return on ? [92, 100, 112] : OUT;
}
// marching squares over the cells in view
function lines(g, t, joined, levels, name, colour, width, taken, font) {
  const layer = D.layers[layerAt], top = layer.levels[layer.levels.length - 1], main = table(layerAt);
  const bounds = limits().map(l => ({ t: limited(l), most: l.most }));
  const found = levels.map(() => []);
  const i0 = Math.max(0, Math.floor(view.i0)), i1 = Math.min(N - 2, Math.ceil(view.i1)), j0 = Math.max(0, Math.floor(view.j0)), j1 = Math.min(M - 2, Math.ceil(view.j1));
  for (let j = j0; j <= j1; j++) for (let i = i0; i <= i1; i++) {
    const k = j * N + i;
    if (!main.joined[j * (N - 1) + i] || (joined === null && (KIND[k] !== KIND[k + 1] || KIND[k] !== KIND[k + N] || KIND[k] !== KIND[k + N + 1]))) continue;
    const z = [t[k], t[k + 1], t[k + N + 1], t[k + N]];
    if (!z.every(isFinite)) continue;
    const mean = s => (s[k] + s[k + 1] + s[k + N] + s[k + N + 1]) / 4;
    if (mean(main.t) > top * (1 + 1e-9) + 1e-9 || (layer.max_c3 !== null && mean(C3) > layer.max_c3) || bounds.some(b => mean(b.t) > b.most)) continue;
    const low = Math.min(...z), high = Math.max(...z);
    for (let n = 0; n < levels.length; n++) {
      const l = levels[n];
      if (l <= low || l > high) continue;
      const at = [];
      for (let s = 0; s < 4; s++) {
        const a = z[s], b = z[(s + 1) % 4];
        if ((a < l) === (b < l)) continue;
        const q = (l - a) / (b - a);
        at.push(s === 0 ? [i + q, j] : s === 1 ? [i + 1, j + q] : s === 2 ? [i + 1 - q, j + 1] : [i, j + 1 - q]);
      }
      for (let s = 0; s + 1 < at.length; s += 2) found[n].push([px(at[s][0]), py(at[s][1]), px(at[s + 1][0]), py(at[s + 1][1])]);
    }
  }
  g.strokeStyle = colour; g.lineWidth = width; g.setLineDash([]);
  for (const segments of found) {
    g.beginPath();
    for (const s of segments) { g.moveTo(s[0], s[1]); g.lineTo(s[2], s[3]); }
    g.stroke();
  }
  g.font = font + ' system-ui, "DejaVu Sans", sans-serif'; g.textAlign = 'center'; g.textBaseline = 'middle';
  found.forEach((segments, n) => {
    const text = name(levels[n], n), own = [], half = g.measureText(text).width / 2 + 6;
    if (segments.length < 12) return;
    // the middle of the run first, then a golden walk, so that labels spread
    for (let q = 0; q < Math.min(segments.length, 160); q++) {
      const s = segments[Math.floor(((q * 0.61803 + 0.5) % 1) * segments.length)], x = (s[0] + s[2]) / 2, y = (s[1] + s[3]) / 2;
      if (x < PAD.l + half || x > W - PAD.r - half || y < PAD.t + 9 || y > H - PAD.b - 9) continue;
      if (own.some(o => Math.hypot(o[0] - x, o[1] - y) < 260) || taken.some(o => Math.hypot(o[0] - x, o[1] - y) < half + o[2])) continue;
      let turn = Math.atan2(s[3] - s[1], s[2] - s[0]);
      if (turn > Math.PI / 2) turn -= Math.PI;
      if (turn < -Math.PI / 2) turn += Math.PI;
      write(g, text, x, y, turn, colour);
      own.push([x, y]); taken.push([x, y, half]);
      if (own.length > 2) break;
    }
  });
}
function write(g, text, x, y, turn, colour) {
  g.save(); g.translate(x, y); g.rotate(turn);
  g.lineWidth = 3.6; g.lineJoin = 'round'; g.strokeStyle = '#fff'; g.strokeText(text, 0, 0);
  g.fillStyle = colour; g.fillText(text, 0, 0); g.restore();
}
const nice = (least) => { const p = 10 ** Math.floor(Math.log10(least)); return [1, 2, 5, 10].map(m => m * p).find(s => s >= least); };
function diagonals(g, taken) {
  const d0 = departAt(view.i0), d1 = departAt(view.i1), a0 = arriveAt(view.j0), a1 = arriveAt(view.j1);
  const low = Math.max(0, (a0 - d1) / DAY), high = (a1 - d0) / DAY, step = nice((high - low) / 10);
  g.strokeStyle = '#424854'; g.lineWidth = 0.9; g.setLineDash([7, 5]);
  g.font = '9.5px system-ui, "DejaVu Sans", sans-serif'; g.textAlign = 'center'; g.textBaseline = 'middle';
  for (let tof = Math.ceil(low / step) * step; tof <= high; tof += step) {
    if (tof <= 0) continue;
    const from = Math.max(d0, a0 - tof * DAY), to = Math.min(d1, a1 - tof * DAY);
    if (to <= from) continue;
    const p = t => [px(columnOf(t)), py(rowOf(t + tof * DAY))], [a, b] = [p(from), p(to)];
    g.beginPath(); g.moveTo(...a); g.lineTo(...b); g.stroke();
    const q = 1 - Math.min(0.4, 46 / Math.hypot(b[0] - a[0], b[1] - a[1])), x = a[0] + q * (b[0] - a[0]), y = a[1] + q * (b[1] - a[1]);
    if (Math.hypot(b[0] - a[0], b[1] - a[1]) > 70 && x > PAD.l + 20 && x < W - PAD.r - 20 && y > PAD.t + 8 && y < H - PAD.b - 8 && !taken.some(o => Math.hypot(o[0] - x, o[1] - y) < 20 + o[2])) {
      write(g, +tof.toPrecision(6) + ' d', x, y, Math.atan2(b[1] - a[1], b[0] - a[0]), '#424854'); taken.push([x, y, 20]);
    }
  }
  g.setLineDash([]);
}
function ticks(from, to, length, room) {
  const span = (to - from) / DAY, need = room * span / length;
  const all = [[1, 'd', 1], [2, 'd', 2], [5, 'd', 5], [10, 'd', 10], [30.4, 'm', 1], [61, 'm', 2], [91, 'm', 3], [183, 'm', 6], [365.25, 'y', 1], [730.5, 'y', 2], [1826, 'y', 5], [3652, 'y', 10], [7305, 'y', 20]];
  const [, unit, n] = all.find(s => s[0] >= need) || all[all.length - 1], first = civil(from), found = [];
  let y = first.getUTCFullYear(), m = unit === 'y' ? 0 : first.getUTCMonth(), year = null;
  if (unit === 'y') y -= y % n; else if (unit === 'm') m -= m % n;
  for (; tdb(y, m, 1) <= to; unit === 'y' ? y += n : m += unit === 'm' ? n : 1) {
    const days = unit === 'd' ? [...Array(31).keys()].filter(d => d % n === 0 && d + n / 2 <= 31).map(d => d + 1) : [1];
    for (const d of days) {
      const t = tdb(y, m, d), c = civil(t);
      if (t < from || t > to || (unit === 'd' && c.getUTCDate() !== d)) continue;
      const label = unit === 'y' ? String(c.getUTCFullYear()) : unit === 'm' ? MONTHS[c.getUTCMonth()] : d + ' ' + MONTHS[c.getUTCMonth()];
      const begins = unit !== 'y' && c.getUTCFullYear() !== year; year = c.getUTCFullYear();
      found.push({ t, label, year: begins ? String(year) : '' });
    }
  }
  return found.length ? found : [{ t: from, label: first.getUTCDate() + ' ' + MONTHS[first.getUTCMonth()], year: String(first.getUTCFullYear()) }];
}
function axes(g) {
  g.strokeStyle = INK; g.lineWidth = 1.2; g.setLineDash([]);
  g.strokeRect(PAD.l, PAD.t, W - PAD.l - PAD.r, H - PAD.t - PAD.b);
  const normal = '11px system-ui, "DejaVu Sans", sans-serif', bold = 'bold ' + normal;
  g.fillStyle = INK; g.textBaseline = 'middle'; g.lineWidth = 1;
  for (const k of ticks(departAt(view.i0), departAt(view.i1), W - PAD.l - PAD.r, 52)) {
    const x = px(columnOf(k.t));
    g.beginPath(); g.moveTo(x, H - PAD.b); g.lineTo(x, H - PAD.b + 6); g.stroke();
    g.textAlign = 'center'; g.font = normal; g.fillText(k.label, x, H - PAD.b + 14);
    g.font = bold; g.fillText(k.year, x, H - PAD.b + 28);
  }
  for (const k of ticks(arriveAt(view.j0), arriveAt(view.j1), H - PAD.t - PAD.b, 24)) {
    const y = py(rowOf(k.t));
    g.beginPath(); g.moveTo(PAD.l, y); g.lineTo(PAD.l - 6, y); g.stroke();
    g.textAlign = 'right'; g.font = normal; g.fillText(k.label, PAD.l - 9, y);
    const wide = g.measureText(k.label).width; g.font = bold; g.fillText(k.year, PAD.l - 13 - wide, y);
  }
  g.font = '12px system-ui, "DejaVu Sans", sans-serif'; g.textAlign = 'center';
  g.fillText('Departure date (TDB)', (PAD.l + W - PAD.r) / 2, H - 12);
  g.save(); g.translate(11, (PAD.t + H - PAD.b) / 2); g.rotate(-Math.PI / 2); g.fillText('Arrival date (TDB)', 0, 0); g.restore();
}
function badge(g, depart, arrive, text, fill, shape) {
  const x = px(columnOf(depart)), y = py(rowOf(arrive));
  if (!inside(x, y)) return;
  g.beginPath();
  if (shape === 'disc') g.arc(x, y, 8, 0, 7); else g.rect(x - 8, y - 8, 16, 16);
  g.fillStyle = fill; g.fill(); g.strokeStyle = INK; g.lineWidth = 1.3; g.stroke();
  g.fillStyle = INK; g.font = 'bold 10px system-ui, "DejaVu Sans", sans-serif'; g.textAlign = 'center'; g.textBaseline = 'middle'; g.fillText(text, x, y + 0.5);
}
function period(g) {
  const p = D.period;
  if (!p) return;
  g.strokeStyle = INK; g.lineWidth = 1.1; g.setLineDash([4, 3]);
  for (const t of p.depart) { const x = px(columnOf(t)); g.beginPath(); g.moveTo(x, PAD.t); g.lineTo(x, H - PAD.b); g.stroke(); }
  g.setLineDash([]);
  for (const [c, w] of [['#fff', 5.5], [INK, 3]]) {
    g.strokeStyle = c; g.lineWidth = w; g.beginPath();
    p.track.forEach((q, n) => { const a = [px(columnOf(q[0])), py(rowOf(q[1]))]; if (n) g.lineTo(...a); else g.moveTo(...a); });
    g.stroke();
  }
}

// ---- reading, pinning, zooming
const fixed = (v, n) => v === undefined || !isFinite(v) ? '–' : v.toFixed(n);
const FIELDS = [['depart_tdb', 'departs', c => day(c.depart)], ['arrive_tdb', 'arrives', c => day(c.arrive)], ['tof_d', 'flight, d', c => fixed(c.tof_d, 1)],
  ['type', 'type', c => c.type || '–'], ['revs', 'revolutions', c => c.revs === undefined ? '–' : c.revs + (c.branch === 'single' ? '' : ' ' + c.branch)],
  ['c3_km2_s2', 'C3, km²/s²', c => fixed(c.c3_km2_s2, 3)], ['v_inf_dep_km_s', 'departure v∞, km/s', c => fixed(c.v_inf_dep_km_s, 4)], ['v_inf_arr_km_s', 'arrival v∞, km/s', c => fixed(c.v_inf_arr_km_s, 4)],
  ['dla_deg', 'DLA, °', c => fixed(c.dla_deg, 2)], ['rla_deg', 'RLA, °', c => fixed(c.rla_deg, 2)], ['phase_deg', 'transfer angle, °', c => fixed(c.phase_deg, 2)],
  ['dv_depart_km_s', 'departure Δv, km/s', c => fixed(c.dv_depart_km_s, 4)], ['dv_arrive_km_s', 'arrival Δv, km/s', c => fixed(c.dv_arrive_km_s, 4)], ['dv_total_km_s', 'total Δv, km/s', c => fixed(c.dv_total_km_s, 4)]];
const text = (tag, words, name) => { const e = document.createElement(tag); e.textContent = words; if (name) e.className = name; return e; };
function read(c) {
  const body = $('read'); body.replaceChildren();
  const row = (a, b, name) => { const tr = document.createElement('tr'); tr.append(text('td', a), text('td', b, name)); body.append(tr); };
  for (const [key, label, say] of FIELDS) { row(label, say(c)); body.lastChild.dataset.key = key; }
  if (c.status) row('cell', WHY[c.status], 'why');
  if (c.v_inf_arr_km_s !== undefined) for (const f of D.freights) {
    const d = deliver(f, c);
    row(f.name, d.why ? d.why : Math.round(d.kg) + ' kg' + (f.price_musd === null ? '' : ', ' + Math.round(f.price_musd * 1e6 / d.kg) + ' $/kg'), d.why ? 'why' : '');
    body.lastChild.dataset.key = 'delivered_kg ' + f.name;
  }
}
function hoverDraw() {
  const g = over.getContext('2d');
  g.setTransform(1, 0, 0, 1, 0, 0); g.clearRect(0, 0, over.width, over.height); g.setTransform(dpr, 0, 0, dpr, 0, 0);
  if (drag && drag.moved) { g.fillStyle = 'rgba(24,32,44,.12)'; g.strokeStyle = INK; g.lineWidth = 1; const r = [drag.x, drag.y, drag.x1 - drag.x, drag.y1 - drag.y]; g.fillRect(...r); g.strokeRect(...r); return; }
  if (at === null) return;
  const x = px(at % N), y = py(Math.floor(at / N));
  if (!inside(x, y)) return;
  for (const [c, w] of [['#fff', 3], [INK, 1]]) {
    g.strokeStyle = c; g.lineWidth = w; g.beginPath(); g.moveTo(x, PAD.t); g.lineTo(x, H - PAD.b); g.moveTo(PAD.l, y); g.lineTo(W - PAD.r, y); g.stroke();
  }
  g.beginPath(); g.arc(x, y, 4, 0, 7); g.fillStyle = '#fff'; g.fill(); g.strokeStyle = INK; g.lineWidth = 1.4; g.stroke();
}
function moveTo(k, aloud) {
  at = k; const c = cell(k); read(c); hoverDraw();
  if (aloud) $('say').textContent = day(c.depart) + ' to ' + day(c.arrive) + (c.status > 1 ? ', ' + WHY[c.status] : ', C3 ' + fixed(c.c3_km2_s2, 2) + ', arrival ' + fixed(c.v_inf_arr_km_s, 2) + ' km/s, total ' + fixed(c.dv_total_km_s, 2) + ' km/s');
}
const nearest = (x, y) => Math.max(0, Math.min(M - 1, Math.round(gj(y)))) * N + Math.max(0, Math.min(N - 1, Math.round(gi(x))));
function pin(k) {
  const c = cell(k);
  if (c.status > 1) { $('say').textContent = 'no transfer here: ' + WHY[c.status]; return null; }
  if (pins.includes(k)) return null;
  pins.push(k); list(); paint();
  return k;
}
function list() {
  const head = $('pins').tHead, body = $('pins').tBodies[0];
  head.replaceChildren(); body.replaceChildren();
  const tr = document.createElement('tr'); tr.append(text('th', 'pin'));
  for (const [, label] of FIELDS) tr.append(text('th', label, 'long'));
  for (const f of D.freights) tr.append(text('th', f.name + ', kg', 'long'));
  tr.append(text('th', '', 'act')); head.append(tr);
  pins.forEach((k, n) => {
    const c = cell(k), row = document.createElement('tr'), letter = String.fromCharCode(65 + n % 26);
    row.append(text('td', letter));
    for (const [, , say] of FIELDS) row.append(text('td', say(c)));
    for (const f of D.freights) { const d = deliver(f, c), td = text('td', d.why ? '–' : String(Math.round(d.kg))); td.title = d.why || 'injected ' + Math.round(d.injected) + ' kg'; row.append(td); }
    const td = text('td', '', 'act'), b = text('button', 'remove'); b.setAttribute('aria-label', 'remove pin ' + letter);
    b.onclick = () => { pins.splice(n, 1); list(); paint(); }; td.append(b); row.append(td); body.append(row);
  });
  $('none').hidden = pins.length > 0;
}
function csv() {
  const q = s => /[",\n]/.test(s) ? '"' + s.replace(/"/g, '""') + '"' : s;
  const head = FIELDS.map(f => f[0]).concat('branch', D.freights.flatMap(f => ['delivered_kg ' + f.name, 'launch_usd_per_kg ' + f.name]));
  const rows = pins.map(k => {
    const c = cell(k), out = FIELDS.map(([key]) => key === 'depart_tdb' ? iso(c.depart) : key === 'arrive_tdb' ? iso(c.arrive) : String(c[key]));
    out.push(c.branch);
    for (const f of D.freights) { const d = deliver(f, c); out.push(d.why ? '' : d.kg.toFixed(1), d.why || f.price_musd === null ? '' : (f.price_musd * 1e6 / d.kg).toFixed(0)); }
    return out;
  });
  return [head, ...rows].map(r => r.map(q).join(',')).join('\n') + '\n';
}
function zoom(v) {
  const span = (a, b, most) => { const half = Math.min(most, Math.max(4, b - a)) / 2, mid = Math.max(half, Math.min(most - half, (a + b) / 2)); return [mid - half, mid + half]; };
  [view.i0, view.i1] = span(v.i0, v.i1, N - 1); [view.j0, view.j1] = span(v.j0, v.j1, M - 1);
  paint();
}
const reset = () => zoom({ i0: 0, i1: N - 1, j0: 0, j1: M - 1 });
function scale(by) {
  const i = at === null ? (view.i0 + view.i1) / 2 : at % N, j = at === null ? (view.j0 + view.j1) / 2 : Math.floor(at / N);
  zoom({ i0: i - (i - view.i0) * by, i1: i + (view.i1 - i) * by, j0: j - (j - view.j0) * by, j1: j + (view.j1 - j) * by });
}
function key() {
  const layer = D.layers[layerAt], box = $('bandkey');
  $('keyname').textContent = layer.label + ', ' + layer.unit; box.replaceChildren();
  layer.colours.forEach((c, n) => { const d = document.createElement('div'), i = document.createElement('i'); i.style.background = 'rgb(' + c.join() + ')'; d.append(i, text('span', layer.names[n])); box.append(d); });
  const rows = $('rows'); rows.replaceChildren();
  const row = (style, words, line) => { const d = text('div', '', 'row'), i = document.createElement('i'); i.className = line ? 'line' : ''; i.style.cssText = style; d.append(i, text('span', words)); rows.append(d); };
  if (layer.key !== 'v_inf_arr_km_s') row('border-top:2px solid ' + CRIMSON, 'arrival v∞, km/s', true);
  row('border-top:1.5px dashed #424854', 'time of flight, d', true);
  limits().forEach((l, n) => {
    const c = document.createElement('canvas'); c.width = 26; c.height = 13;
    const g = c.getContext('2d'), m = g.createImageData(26, 13), was = dpr; dpr = 1;
    for (let q = 0; q < 26 * 13; q++) { const h = hatch(n, q % 26, Math.floor(q / 26)); m.data.set([h[0], h[1], h[2], 255], 4 * q); }
    dpr = was; g.putImageData(m, 0, 0);
    row('background:url(' + c.toDataURL() + ')', l.label);
  });
  if (D.period) row('border-top:3px solid ' + INK, D.period.label, true);
  row('background:rgb(' + BLANK.join() + ')', 'no transfer' + layer.beyond);
}
function fit() {
  dpr = window.devicePixelRatio || 1;
  W = Math.max(320, map.parentElement.clientWidth); H = Math.round(Math.min(0.78 * W, Math.max(420, window.innerHeight - 150)));
  for (const c of [map, over]) { c.width = Math.round(W * dpr); c.height = Math.round(H * dpr); c.style.height = H + 'px'; }
  paint();
}
const where = e => { const r = over.getBoundingClientRect(); return [(e.clientX - r.left) * W / r.width, (e.clientY - r.top) * H / r.height]; };
over.addEventListener('pointerdown', e => { const [x, y] = where(e); if (e.button === 0 && inside(x, y)) { drag = { x, y, x1: x, y1: y, moved: false }; try { over.setPointerCapture(e.pointerId); } catch (_) { /* a pointer that is already gone */ } } });
over.addEventListener('pointermove', e => {
  const [x, y] = where(e);
  if (drag) { drag.x1 = Math.max(PAD.l, Math.min(W - PAD.r, x)); drag.y1 = Math.max(PAD.t, Math.min(H - PAD.b, y)); drag.moved = drag.moved || Math.hypot(x - drag.x, y - drag.y) > 6; hoverDraw(); if (drag.moved) return; }
  if (inside(x, y)) moveTo(nearest(x, y), false);
});
over.addEventListener('pointerup', e => {
  const d = drag; drag = null;
  if (!d) return;
  if (!d.moved) { const k = nearest(d.x, d.y); moveTo(k, true); lastPins = [...lastPins.slice(-1), pin(k)]; return; }
  if (Math.abs(d.x1 - d.x) > 6 && Math.abs(d.y1 - d.y) > 6) zoom({ i0: gi(Math.min(d.x, d.x1)), i1: gi(Math.max(d.x, d.x1)), j0: gj(Math.max(d.y, d.y1)), j1: gj(Math.min(d.y, d.y1)) }); else hoverDraw();
});
over.addEventListener('pointercancel', () => { drag = null; hoverDraw(); });
// a double click is two clicks: what those pinned goes again
over.addEventListener('dblclick', () => { pins = pins.filter(p => !lastPins.includes(p)); lastPins = []; list(); reset(); });
over.addEventListener('keydown', e => {
  const step = e.shiftKey ? 10 : 1, i = at === null ? Math.round((view.i0 + view.i1) / 2) : at % N, j = at === null ? Math.round((view.j0 + view.j1) / 2) : Math.floor(at / N);
  const go = (a, b) => moveTo(Math.max(0, Math.min(M - 1, b)) * N + Math.max(0, Math.min(N - 1, a)), true);
  const keys = { ArrowLeft: () => go(i - step, j), ArrowRight: () => go(i + step, j), ArrowUp: () => go(i, j + step), ArrowDown: () => go(i, j - step), Enter: () => at !== null && pin(at), ' ': () => at !== null && pin(at), '+': () => scale(0.6), '=': () => scale(0.6), '-': () => scale(1 / 0.6), 0: reset, Escape: reset, Delete: () => { pins.pop(); list(); paint(); } };
  if (keys[e.key] && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); keys[e.key](); }
});
const select = $('layer');
D.layers.forEach((l, n) => { const o = text('option', l.label + ', ' + l.unit); o.value = n; select.append(o); });
select.onchange = () => { layerAt = +select.value; key(); paint(); };
$('reset').onclick = reset; $('in').onclick = () => scale(0.6); $('out').onclick = () => scale(1 / 0.6);
$('clear').onclick = () => { pins = []; list(); paint(); };
$('copy').onclick = async () => {
  const words = csv(); let done = false;
  try { await navigator.clipboard.writeText(words); done = true; } catch (_) {
    const a = document.createElement('textarea'); a.value = words; document.body.append(a); a.select(); done = document.execCommand('copy'); a.remove();
  }
  $('say').textContent = done ? 'table copied' : 'this browser does not let a page copy: use the download';
};
$('save').onclick = () => { const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob([csv()], { type: 'text/csv' })); a.download = D.file; a.click(); setTimeout(() => URL.revokeObjectURL(a.href), 1000); $('say').textContent = 'table saved as ' + D.file; };
D.marks.forEach(m => {
  const li = document.createElement('li'), b = text('button', m.label); li.value = m.number;
  b.onclick = () => { const k = Math.max(0, Math.min(M - 1, Math.round(rowOf(m.arrive)))) * N + Math.max(0, Math.min(N - 1, Math.round(columnOf(m.depart)))); moveTo(k, true); pin(k); };
  li.append(b); $('best').append(li);
});
new ResizeObserver(() => { if (map.parentElement.clientWidth !== W) fit(); }).observe(map.parentElement);
window.addEventListener('beforeprint', () => { at = null; hoverDraw(); });
layerAt = D.first; select.value = layerAt;
list(); key(); fit();
const first = D.marks[0];
if (first) moveTo(Math.max(0, Math.min(M - 1, Math.round(rowOf(first.arrive)))) * N + Math.max(0, Math.min(N - 1, Math.round(columnOf(first.depart)))), false);
document.body.dataset.ready = 'yes';
})();
