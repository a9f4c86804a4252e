import { recall, remember } from './settings.js';

export type Language = 'en' | 'zh';

const listeners = new Set<() => void>();
const known = recall('language');
let language: Language = known === 'en' || known === 'zh' ? known : navigator.languages.some((each) => each.startsWith('zh')) && !navigator.language.startsWith('en') ? 'zh' : 'en';

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(chosen: Language): void {
  language = chosen;
  remember('language', chosen);
  for (const listener of listeners)
    listener();
}

export function onLanguage(listener: () => void): void {
  listeners.add(listener);
}

/** The texts of one part of the site: `{name}` in a text is replaced. */
export function texts<K extends string>(tables: Record<Language, Record<K, string>>): (key: K, values?: Record<string,
  string | number>) => string {
  return (key, values = {}) => tables[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function number(value: number, digits = 0): string {
  return value.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function clock(time: number | Date, seconds = false): string {
  return new Date(time).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB',
    { hour: '2-digit', minute: '2-digit', second: seconds ? '2-digit' : undefined });
}

export function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${number(bytes / 1024, 1)} KiB` : `${number(bytes / (1 << 20), 1)} MiB`;
}
