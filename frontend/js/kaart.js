// The map: an extra beside the list, never the only way. Loaded by start.js when a `[data-kaart]` element is near.
//
// The element says all, in attributes; sentences come from the server, in the language of the page.
//   data-tegels            address of the background, with {z} {x} {y}; without it the outlines stand on a plain ground
//   data-bronvermelding    whom the background is from, as plain text
//   data-omtrek            address of a GeoJSON with outlines; of a feature's properties `naam` and `url` are read
//   data-punten            [{lon, lat, titel, url}], as JSON or as the address of it
//   data-kies              ids of two inputs, "lon-id lat-id": the map is there to choose a place
//   data-midden            "lon lat zoom", where nothing else says what to show
//   data-tekst-…           label, toetsen, in, uit, kies, gekozen, fout, filter, gefilterd
//
// With data-tekst-filter the `url` of each point is a place on this page, in a row of a list: whoever wants sees only the
// rows that lie in the part of the map that is in sight.

const LEAFLET_JS = '__LEAFLET_JS__';
const LEAFLET_CSS = '__LEAFLET_CSS__';

const THE_NETHERLANDS = '5.3 52.1 7';
const CLOSE_ENOUGH = 15;

export async function show(element) {
  const text = (name) => element.dataset[`tekst${name}`] ?? '';
  const status = element.appendChild(document.createElement('p'));
  status.className = 'kaart__melding';
  status.setAttribute('role', 'status');
  try {
    const [L, outlines, points] = await Promise.all([
      leaflet(),
      element.dataset.omtrek && json(element.dataset.omtrek),
      readPoints(element.dataset.punten),
    ]);
    const button = element.querySelector('button');
    const pressed = button !== null && button === document.activeElement;
    button?.remove();
    const map = ground(L, element, text, status);
    if (pressed) map.getContainer().focus();
    const around = outlines && drawOutlines(L, map, outlines).getBounds();
    const places = points.map((point) => drawPoint(L, map, point).getLatLng());
    // Where there are places, these are what somebody came for.
    const seen = places.length || !around ? L.latLngBounds(places) : around;
    const [lon, lat, zoom] = (element.dataset.midden ?? THE_NETHERLANDS).split(/\s+/).map(Number);
    if (seen.isValid()) map.fitBounds(seen, { maxZoom: CLOSE_ENOUGH, padding: [16, 16] });
    else map.setView([lat, lon], zoom);
    if (element.dataset.kies) choose(L, map, element, text, status);
    if (text('Filter')) filter(L, map, element, points, text, status);
  } catch (failure) {
    console.warn(failure);
    status.textContent = text('Fout');
  }
}

async function leaflet() {
  const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: LEAFLET_CSS });
  const styled = new Promise((resolve, reject) => Object.assign(style, { onload: resolve, onerror: reject }));
  document.head.append(style);
  await Promise.all([import(LEAFLET_JS), styled]);
  // Leaflet's own build is no module: it leaves itself here.
  return window.L;
}

async function json(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

async function readPoints(source) {
  if (!source) return [];
  return source.trimStart().startsWith('[') ? JSON.parse(source) : json(source);
}

function ground(L, element, text, status) {
  const container = document.createElement('div');
  container.className = 'kaart__vlak';
  // An application: the arrow keys belong to the map while it has focus.
  container.setAttribute('role', 'application');
  container.setAttribute('aria-label', text('Label'));
  if (text('Toetsen')) container.setAttribute('aria-description', text('Toetsen'));
  element.insertBefore(container, status);
  // The wheel scrolls the page until someone is at work in the map.
  const map = L.map(container, { zoomControl: false, scrollWheelZoom: false, attributionControl: false });
  map.on('focus', () => map.scrollWheelZoom.enable());
  map.on('blur', () => map.scrollWheelZoom.disable());
  L.control.zoom({ zoomInTitle: text('In'), zoomOutTitle: text('Uit') }).addTo(map);
  const { tegels, bronvermelding } = element.dataset;
  if (tegels) L.tileLayer(tegels, { maxZoom: 19 }).addTo(map);
  if (bronvermelding) {
    L.control.attribution({ prefix: false }).addAttribution(plain(bronvermelding).outerHTML).addTo(map);
  }
  return map;
}

function drawOutlines(L, map, outlines) {
  const layer = L.geoJSON(outlines, {
    style: { className: 'kaart__omtrek' },
    // An area whose outline was not imported is a point with its name.
    pointToLayer: (_, place) => L.circleMarker(place, { className: 'kaart__omtrek', radius: 6, interactive: false }),
    onEachFeature: ({ properties, geometry }, shape) => {
      const { naam, url } = properties ?? {};
      const isPoint = geometry?.type === 'Point';
      if (naam) shape.bindTooltip(plain(naam), isPoint ? { permanent: true, direction: 'bottom' } : { sticky: true });
      if (url) shape.on('click', () => location.assign(url));
      if (naam && url) shape.on('add', () => makeLink(shape.getElement(), naam, url));
    },
  });
  return layer.addTo(map);
}

// Leaflet draws an outline as an SVG path, which no keyboard reaches by itself.
function makeLink(path, name, url) {
  path.setAttribute('role', 'link');
  path.setAttribute('tabindex', '0');
  path.setAttribute('aria-label', name);
  path.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') location.assign(url);
  });
}

function drawPoint(L, map, { lon, lat, titel, url }) {
  const marker = L.marker([lat, lon], { icon: pin(L), title: titel });
  marker.on('add', () => marker.getElement().setAttribute('aria-label', titel));
  const content = plain(titel, url ? 'a' : 'span');
  if (url) content.href = url;
  content.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') marker.closePopup();
  });
  // No cross: Escape, the marker, and any place on the map close it.
  marker.bindPopup(content, { closeButton: false });
  marker.on('popupopen', () => content.focus());
  marker.on('popupclose', () => marker.getElement()?.focus({ preventScroll: true }));
  return marker.addTo(map);
}

function choose(L, map, element, text, status) {
  const [lonInput, latInput] = element.dataset.kies.split(/\s+/).map((id) => document.getElementById(id));
  let marker;
  const mark = (place) => {
    marker ??= L.marker(place, { icon: pin(L, 'kaart__punt--gekozen'), keyboard: false, interactive: false }).addTo(map);
    marker.setLatLng(place);
  };
  const pick = (place) => {
    const { lng, lat } = place.wrap();
    mark(place);
    // Five decimals are a metre; more would say too much.
    fill(lonInput, lng.toFixed(5));
    fill(latInput, lat.toFixed(5));
    status.textContent = text('Gekozen');
  };
  if (lonInput.value && latInput.value) {
    const place = L.latLng(Number(latInput.value), Number(lonInput.value));
    mark(place);
    map.setView(place, CLOSE_ENOUGH);
  }
  map.on('click', ({ latlng }) => pick(latlng));

  // For the keyboard: pan until the cross stands right, then press the button.
  const cross = document.createElement('span');
  cross.className = 'kaart__kruis';
  cross.setAttribute('aria-hidden', 'true');
  map.getContainer().append(cross);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'nl-button nl-button--secondary';
  button.textContent = text('Kies');
  button.addEventListener('click', () => pick(map.getCenter()));
  element.insertBefore(button, status);
}

// Rows without a place on the map always stay: they are for the whole area.
function filter(L, map, element, points, text, status) {
  const rowOf = (url) => document.getElementById(url.slice(1))?.closest('li');
  const rows = points.map(({ lon, lat, url }) => ({ place: L.latLng(lat, lon), row: rowOf(url) })).filter(({ row }) => row);
  const box = Object.assign(document.createElement('input'), { type: 'checkbox' });
  box.className = 'utrecht-checkbox utrecht-checkbox--html-input';
  const label = document.createElement('label');
  label.className = 'wk-choice';
  label.append(box, plain(text('Filter')));
  element.insertBefore(label, status);
  const apply = () => {
    const seen = map.getBounds();
    for (const { place, row } of rows) row.hidden = box.checked && !seen.contains(place);
    const shown = rows.filter(({ row }) => !row.hidden).length;
    status.textContent = box.checked ? text('Gefilterd').replace('{aantal}', shown).replace('{alle}', rows.length) : '';
  };
  box.addEventListener('change', apply);
  map.on('moveend', apply);
  // A plan that another filter hides is shown when somebody goes to it.
  map.on('popupopen', ({ popup }) => {
    popup.getContent().addEventListener('click', ({ target }) => {
      const row = rowOf(target.getAttribute('href') ?? '#');
      if (row && !row.checkVisibility()) document.getElementById('toon-alles')?.click();
    });
  });
}

// Islands listen to their inputs as if someone typed.
function fill(input, value) {
  input.value = value;
  for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
}

function pin(L, extra = '') {
  return L.divIcon({ className: `kaart__punt ${extra}`, iconSize: [32, 32], iconAnchor: [16, 32], popupAnchor: [0, -28] });
}

// Leaflet takes strings for HTML: whatever people wrote goes in as a node of its own.
function plain(text, tag = 'span') {
  return Object.assign(document.createElement(tag), { textContent: text });
}
