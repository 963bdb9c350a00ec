import { type MenuOf } from '../../platform/http/web.js';
import { menuFor } from './menu.domain.js';

/** Pages whose address does not say below which entry they are. */
const BELOW: readonly (readonly [page: string, entry: string])[] = [['/admin/holidays', '/admin/queues']];

/** Draws the menu of one person, with the entry marked on whose page they are. */
export function createMenuOf(hasDemoPhone: () => boolean): MenuOf {
  return (viewer, path, t) => {
    const entries = menuFor(viewer.permissions, hasDemoPhone());
    // Administration is above its pages: the entry that says most of the path is the one people are on.
    const isWithin = (href: string): boolean => path === href || path.startsWith(`${href}/`);
    const below = BELOW.filter(([page]) => isWithin(page)).map(([, entry]) => entry);
    const here = entries
      .filter(({ href }) => isWithin(href) || below.includes(href))
      .reduce((longest, { href }) => (href.length > longest.length ? href : longest), '');
    return entries.map((entry) => ({
      label: t(entry.label),
      about: t(entry.about),
      group: t(entry.group),
      href: entry.href,
      icon: entry.icon,
      current: entry.href === here,
    }));
  };
}
