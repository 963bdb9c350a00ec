const SVG = 'http://www.w3.org/2000/svg';

/** An icon of the sprite. What it means must be said in words beside it or in the label of its button. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', iconHref(name));
  svg.append(use);
  return svg;
}

/** Changes the icon of a button that has one. */
export function setIcon(host: Element, name: string): void {
  const use = host.querySelector('use');
  if (use !== null && use.getAttribute('href') !== iconHref(name)) use.setAttribute('href', iconHref(name));
}

function iconHref(name: string): string {
  return `/build/icons.svg#tabler-${name}`;
}
