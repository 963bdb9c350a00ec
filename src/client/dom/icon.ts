const SVG = 'http://www.w3.org/2000/svg';

/** An icon of the sprite. What it means must be said in words beside it or in the label of its button. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('fill', 'none');
  svg.setAttribute('stroke', 'currentColor');
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

/**
 * The sprite at the address the page already uses, version and all: then it is the one the browser holds, and an icon can
 * be shown while the server is away.
 */
function iconHref(name: string): string {
  const used = document.querySelector('use[href*="/icons.svg"]')?.getAttribute('href') ?? '/build/icons.svg#';
  return `${used.slice(0, used.indexOf('#'))}#tabler-${name}`;
}
