// Drives the page of a porkchop the way a hand does, and writes what happened where a test can read it.
(async () => {
  const told = {}, wait = ms => new Promise(go => setTimeout(go, ms));
  try {
    await wait(300);
    const $ = id => document.getElementById(id), map = $('map'), over = $('over');
    const D = JSON.parse($('data').textContent), [N, M] = D.size;
    told.ready = document.body.dataset.ready;
    told.outside = performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith('data:') && !n.startsWith('blob:'));
    const view = () => map.dataset.view.split(',').map(Number);
    // the place of a node on the screen
    const place = (i, j) => {
      const [l, t, r, b] = map.dataset.area.split(',').map(Number), [i0, i1, j0, j1] = view(), box = over.getBoundingClientRect();
      return [box.left + l + (i - i0) / (i1 - i0) * (r - l), box.top + b - (j - j0) / (j1 - j0) * (b - t)];
    };
    const send = (type, [x, y]) => over.dispatchEvent(new (type === 'dblclick' ? MouseEvent : PointerEvent)(type, { clientX: x, clientY: y, button: 0, pointerId: 1, bubbles: true }));
    const key = (name, shiftKey) => over.dispatchEvent(new KeyboardEvent('keydown', { key: name, shiftKey: !!shiftKey, bubbles: true, cancelable: true }));
    const readout = () => Object.fromEntries([...$('read').rows].filter(r => r.dataset.key).map(r => [r.dataset.key, r.cells[1].textContent]));
    const rows = () => [...$('pins').tBodies[0].rows].map(r => [...r.cells].map(c => c.textContent));
    // hover
    const [i, j] = told.hovered = [Math.floor(N * 0.45), Math.floor(M * 0.55)];
    send('pointermove', place(i, j));
    told.hover = readout();
    // click, twice elsewhere, and once where there is nothing
    const click = at => { send('pointermove', at); send('pointerdown', at); send('pointerup', at); };
    click(place(i, j));
    told.after_click = rows();
    click(place(i + 6, j));
    click(place(N - 1, 0));
    told.after_more = rows().length;
    told.said = $('say').textContent;
    told.letter = map.getContext('2d').getImageData(0, 0, 1, 1).data.length;
    // the map has many colours in its area, and those of its bands
    const colours = () => {
      const d = window.devicePixelRatio, [l, t, r, b] = map.dataset.area.split(',').map(v => Math.round(v * d)), p = map.getContext('2d').getImageData(l + 2, t + 2, r - l - 4, b - t - 4).data, seen = new Map();
      for (let q = 0; q < p.length; q += 4) { const c = p[q] + ',' + p[q + 1] + ',' + p[q + 2]; seen.set(c, (seen.get(c) || 0) + 1); }
      return { seen, all: p.length / 4 };
    };
    const share = layer => { const c = colours(); return layer.colours.map(rgb => (c.seen.get(rgb.join()) || 0) / c.all); };
    told.bands = share(D.layers[D.first]);
    // drag to zoom, double-click to reset
    const a = place(i - 20, j - 20), b = place(i + 30, j + 25), whole = view();
    send('pointermove', a); send('pointerdown', a); send('pointermove', [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]); send('pointermove', b); send('pointerup', b);
    told.zoomed = view();
    told.zoom_bands = share(D.layers[D.first]).reduce((x, y) => x + y, 0);
    const pinned = rows().length;
    click(place(i, j - 3)); click(place(i, j - 3)); send('dblclick', place(i, j - 3));
    told.reset = view().every((v, n) => Math.abs(v - whole[n]) < 1e-9);
    told.pins_survive_double_click = rows().length === pinned;
    // keyboard
    send('pointermove', place(i, j));
    key('ArrowRight'); key('ArrowUp', true);
    told.keyed = readout();
    key('Enter'); told.pinned_by_key = rows().length === pinned + 1;
    key('+'); told.key_zoom = view(); key('Escape'); told.key_reset = view();
    key('Delete'); told.unpinned_by_key = rows().length === pinned;
    // every layer paints
    told.layers = [];
    for (const [n, layer] of D.layers.entries()) {
      $('layer').value = n; $('layer').dispatchEvent(new Event('change'));
      const s = share(layer);
      told.layers.push({ key: layer.key, label: layer.label, bands: s.filter(v => v > 0.0005).length, of: s.length, painted: s.reduce((x, y) => x + y, 0) });
    }
    $('layer').value = D.first; $('layer').dispatchEvent(new Event('change'));
    // the table as CSV, as the download has it
    let csv = null;
    const make = URL.createObjectURL;
    URL.createObjectURL = blob => { csv = blob; return make.call(URL, blob); };
    $('save').click();
    URL.createObjectURL = make;
    told.csv = await csv.text();
    told.file = D.file;
    // a best cell from the list
    const first = $('best').querySelector('button');
    told.best = first.textContent; first.click(); told.best_read = readout();
    $('clear').click(); told.cleared = rows().length;
    click(place(i, j)); click(place(i + 6, j));
    send('pointermove', place(i, j));
  } catch (error) { told.error = String(error) + '\n' + error.stack; }
  const out = document.createElement('pre'); out.id = 'told'; out.hidden = true; out.textContent = JSON.stringify(told); document.body.append(out);
})();
