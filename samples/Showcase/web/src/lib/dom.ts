/** Elements are made of names, attributes and text. Text is never HTML: there is no way from a string to markup here. */
type Child = Node | string | number | false | null | undefined;
type Attributes = Record<string, unknown>;

/** Makes an element. `on…` are listeners, `.name` are properties, what is false or null is left out. */
export function h<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes = {},
  ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined)
      continue;
    if (key.startsWith('on'))
      element.addEventListener(key.slice(2), value as EventListener);
    else if (key.startsWith('.'))
      (element as unknown as Attributes)[key.slice(1)] = value;
    else
      element.setAttribute(key, value === true ? '' : String(value));
  }
  add(element, ...children);
  return element;
}

export function add(parent: Element, ...children: Child[]): void {
  for (const child of children) {
    if (child !== false && child !== null && child !== undefined)
      parent.append(child instanceof Node ? child : String(child));
  }
}

/** Replaces what is in an element. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  add(parent, ...children);
}

/** A picture of one path, 24 by 24. It says nothing to screen readers: what it is on does. */
export function icon(path: string): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const line = document.createElementNS(namespace, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** Says something to those who hear the page. */
export function announce(text: string): void {
  const live = document.getElementById('live');
  if (live)
    live.textContent = text;
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text)
    element.textContent = text;
}
