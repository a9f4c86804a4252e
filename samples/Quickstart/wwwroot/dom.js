/** @param {string} id @returns {any} */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * @param {string} tag
 * @param {string} [className]
 * @param {...(Node|string)} children Strings become text, never markup.
 * @returns {any}
 */
export function make(tag, className = '', ...children) {
  const element = document.createElement(tag);
  if (className)
    element.className = className;
  element.append(...children);
  return element;
}

/** @param {string} text */
export function firstGrapheme(text) {
  const [first] = Intl.Segmenter ? new Intl.Segmenter().segment(text.trim()) : text.trim();
  return (typeof first === 'string' ? first : first?.segment ?? '?').toLocaleUpperCase();
}

/**
 * A door plate: the initial of a name on one of a few colours, the same colour for the same person on every page.
 * @param {{id: string, name: string}} user
 * @param {boolean} own
 */
export function makePlate(user, own) {
  let hash = 0;
  for (const unit of user.id)
    hash = (hash * 31 + unit.charCodeAt(0)) >>> 0;
  const plate = make('span', 'plate', firstGrapheme(user.name));
  plate.dataset.tone = own ? 'own' : String(hash % 6);
  plate.setAttribute('aria-hidden', 'true');
  return plate;
}

/** localStorage that never throws: it may be blocked, and the page then simply forgets. */
export const memory = {
  /** @param {string} key */
  get(key) {
    try {
      return localStorage.getItem(`hutong.${key}`);
    } catch {
      return null;
    }
  },
  /** @param {string} key @param {string|null} value */
  set(key, value) {
    try {
      if (value === null)
        localStorage.removeItem(`hutong.${key}`);
      else
        localStorage.setItem(`hutong.${key}`, value);
    } catch {
      // Nothing to do: see above.
    }
  },
};
