import { make, memory } from './dom.js';
import { LANGS, defaultLang, locale, setLang, t } from './strings.js';

/** @typedef {import('./strings.js').Lang} Lang */

/** @type {Record<string, string>} */
const THEMES = { auto: 'themeAuto', light: 'themeLight', dark: 'themeDark' };

/** @type {Lang} */
let lang = rememberedLang() ?? defaultLang();
let theme = document.documentElement.dataset.theme ?? 'auto';

function rememberedLang() {
  const remembered = memory.get('lang');
  return remembered && Object.hasOwn(LANGS, remembered) ? /** @type {Lang} */ (remembered) : null;
}

/** Texts that live in the markup are named there: `data-i18n`, `data-i18n-label`, `data-i18n-placeholder`. */
function translateMarkup() {
  document.documentElement.lang = locale();
  for (const element of document.querySelectorAll('[data-i18n]'))
    element.textContent = t(/** @type {HTMLElement} */ (element).dataset.i18n ?? '');
  for (const element of document.querySelectorAll('[data-i18n-label]'))
    element.setAttribute('aria-label', t(/** @type {HTMLElement} */ (element).dataset.i18nLabel ?? ''));
  for (const element of document.querySelectorAll('[data-i18n-placeholder]'))
    element.setAttribute('placeholder', t(/** @type {HTMLElement} */ (element).dataset.i18nPlaceholder ?? ''));
}

/** @param {string} value */
function applyTheme(value) {
  theme = value;
  if (value === 'auto')
    delete document.documentElement.dataset.theme;
  else
    document.documentElement.dataset.theme = value;
  memory.set('theme', value === 'auto' ? null : value);
}

/** @param {() => void} onLanguage */
export function startSettings(onLanguage) {
  const fieldsets = /** @type {HTMLFieldSetElement[]} */ ([...document.querySelectorAll('fieldset[data-setting]')]);

  const sync = () => {
    for (const fieldset of fieldsets) {
      const setting = fieldset.dataset.setting;
      /** @type {HTMLElement} */ (fieldset.firstElementChild).textContent = t(setting ?? '');
      for (const input of fieldset.querySelectorAll('input')) {
        input.checked = input.value === (setting === 'lang' ? lang : theme);
        if (setting === 'theme')
          /** @type {HTMLElement} */ (input.nextElementSibling).textContent = t(THEMES[input.value]);
      }
    }
  };

  const applyLang = (/** @type {Lang} */ value) => {
    lang = value;
    setLang(value);
    translateMarkup();
    sync();
    onLanguage();
  };

  fieldsets.forEach((fieldset, index) => {
    fill(fieldset, index);
    fieldset.addEventListener('change', (event) => {
      const { value } = /** @type {HTMLInputElement} */ (event.target);
      if (fieldset.dataset.setting === 'lang') {
        memory.set('lang', value);
        applyLang(/** @type {Lang} */ (value));
      } else {
        applyTheme(value);
        sync();
      }
    });
  });
  applyLang(lang);
}

/** @param {HTMLFieldSetElement} fieldset @param {number} index */
function fill(fieldset, index) {
  fieldset.append(make('legend', 'sr'));
  const setting = fieldset.dataset.setting ?? '';
  const options = setting === 'lang' ? Object.entries(LANGS) : Object.keys(THEMES).map((key) => [key, '']);
  for (const [value, label] of options) {
    const input = make('input', 'sr');
    input.type = 'radio';
    input.name = `${setting}-${index}`;
    input.value = value;
    const text = make('span', '', label);
    if (setting === 'lang')
      text.lang = value;
    const option = make('label', 'seg-option', input, text);
    option.dataset.testid = `${setting}-${value}`;
    fieldset.append(option);
  }
}
