// Where staff draw on a photo what nobody may see. Loaded by start.js on a page with a `[data-vlakken]` element.
//
// What is sent are the numbers in the fields of the form around it: who has no script, or no pointer, fills those in. What is
// drawn fills them, and what is filled in is drawn.
//   data-velden   the names of those fields, four for each rectangle: from the left, from the top, width and height, in percent
//   data-tekst-…  kies, uitleg, foto, getekend, weg, vol; {nummer} is that of a rectangle
// The photo that the form is about stands on the page as `img[data-foto]`, under the value that the field `deel` has for it.

const WHOLE = 100;
/** A tap is no rectangle. */
const LEAST = 2;

export function draw(section) {
  const form = section.closest('form');
  const chosen = form.elements.namedItem('deel');
  const text = (name, number = '') => (section.dataset[`tekst${name}`] ?? '').replace('{nummer}', number);
  const names = section.dataset.velden.split(' ');
  const areas = [];
  for (let at = 0; at < names.length; at += 4) areas.push(names.slice(at, at + 4).map((name) => form.elements.namedItem(name)));

  const picture = part('img', '', { alt: text('Foto'), draggable: false });
  const box = part('div', 'wk-tekenen__foto');
  const told = part('p', 'wk-small');
  told.setAttribute('role', 'status');
  const list = part('p', 'wk-tekenen__weg');
  box.append(picture);
  // Until a photo is chosen nothing shows that one can be drawn on.
  const hint = part('p', 'nl-paragraph');
  section.append(hint, box, told, list);
  section.hidden = false;

  function paint() {
    for (const own of box.querySelectorAll('.wk-tekenen__vlak')) own.remove();
    list.replaceChildren();
    areas.forEach((fields, at) => {
      const numbers = read(fields);
      if (!numbers) return;
      box.append(rectangle(numbers, at + 1));
      list.append(remover(fields, at + 1));
    });
  }

  function remover(fields, number) {
    const button = part('button', 'nl-button nl-button--secondary', { type: 'button' });
    button.append(part('span', 'nl-button__label', { textContent: text('Weg', number) }));
    button.addEventListener('click', () => {
      for (const field of fields) field.value = '';
      paint();
      told.textContent = '';
      (list.querySelector('button') ?? chosen).focus();
    });
    return button;
  }

  function show() {
    const shown = [...document.querySelectorAll('img[data-foto]')].find((own) => own.dataset.foto === chosen.value);
    hint.textContent = text(shown ? 'Uitleg' : 'Kies');
    for (const own of [box, told, list]) own.hidden = !shown;
    if (shown && picture.src !== shown.src) picture.src = shown.src;
    paint();
  }

  listen(box, picture, (numbers) => {
    const at = areas.findIndex(isEmpty);
    if (at < 0) {
      told.textContent = text('Vol');
      return;
    }
    areas[at].forEach((field, place) => { field.value = String(numbers[place]); });
    paint();
    told.textContent = text('Getekend', at + 1);
  });
  form.addEventListener('input', paint);
  chosen.addEventListener('change', show);
  // Whoever goes back finds the form as they left it.
  addEventListener('pageshow', show);
  show();
}

/** Tells of each rectangle that somebody draws on the box, with a mouse, a finger or a pen. */
function listen(box, picture, drawn) {
  let from = null;
  let draft = null;
  const place = (event) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    const percent = (at, length) => Math.min(WHOLE, Math.max(0, (at / length) * WHOLE));
    return [percent(event.clientX - left, width), percent(event.clientY - top, height)];
  };
  const stop = () => {
    draft?.remove();
    from = null;
    draft = null;
  };
  box.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0 || !picture.complete) return;
    event.preventDefault();
    stop();
    box.setPointerCapture(event.pointerId);
    from = place(event);
  });
  box.addEventListener('pointermove', (event) => {
    if (!from || !event.isPrimary) return;
    draft?.remove();
    draft = rectangle(between(from, place(event)), '');
    box.append(draft);
  });
  box.addEventListener('pointerup', (event) => {
    if (!from || !event.isPrimary) return;
    const numbers = between(from, place(event));
    stop();
    if (numbers[2] >= LEAST && numbers[3] >= LEAST) drawn(numbers);
  });
  box.addEventListener('pointercancel', stop);
}

/** From the left, from the top, width and height of what lies between two places: all that was drawn over is in it. */
function between([x, y], [toX, toY]) {
  const [left, top] = [Math.floor(Math.min(x, toX)), Math.floor(Math.min(y, toY))];
  return [left, top, Math.ceil(Math.max(x, toX)) - left, Math.ceil(Math.max(y, toY)) - top];
}

const isEmpty = (fields) => fields.every((field) => field.value.trim() === '');

/** The numbers in these fields, when all four are there and lie in the photo. */
function read(fields) {
  const texts = fields.map((field) => field.value.trim());
  if (!texts.every((own) => /^\d{1,3}$/.test(own))) return null;
  const [left, top, width, height] = texts.map(Number);
  const fits = width > 0 && height > 0 && left + width <= WHOLE && top + height <= WHOLE;
  return fits ? [left, top, width, height] : null;
}

function rectangle([left, top, width, height], number) {
  const own = part('span', 'wk-tekenen__vlak', { textContent: number });
  own.setAttribute('aria-hidden', 'true');
  Object.assign(own.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  return own;
}

const part = (tag, className, own = {}) => Object.assign(document.createElement(tag), { className, ...own });
