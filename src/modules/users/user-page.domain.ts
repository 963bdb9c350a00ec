import { USER_SORTS, type UserFilter, type UserSort } from './user.domain.js';

/** A column's heading: where it leads, and what a screen reader says of its order. */
export interface SortLink {
  readonly href: string;
  readonly order: 'ascending' | 'descending' | 'none';
}

/** The address's query that shows the list as `filter` does; what is usual is left out. */
export function toQuery(filter: UserFilter): Readonly<Record<string, string>> {
  return {
    ...(filter.text === '' ? {} : { q: filter.text }),
    ...(filter.state === 'all' ? {} : { state: filter.state }),
    ...(filter.profileId === null ? {} : { profile: String(filter.profileId) }),
    ...(filter.association === 'all' ? {} : { association: filter.association }),
    ...(filter.sort === 'name' ? {} : { sort: filter.sort }),
    ...(filter.descending ? { order: 'desc' } : {}),
  };
}

/** Choosing the column that already sorts turns the order round. */
export function sortLinks(path: string, filter: UserFilter): Readonly<Record<UserSort, SortLink>> {
  const link = (sort: UserSort): SortLink => {
    const isCurrent = filter.sort === sort;
    const descending = isCurrent && !filter.descending;
    const query = new URLSearchParams(toQuery({ ...filter, sort, descending })).toString();
    return {
      href: query === '' ? path : `${path}?${query}`,
      order: !isCurrent ? 'none' : filter.descending ? 'descending' : 'ascending',
    };
  };
  return Object.fromEntries(USER_SORTS.map((sort) => [sort, link(sort)])) as Record<UserSort, SortLink>;
}

/** How many filters besides the search are set: said on the button that hides them. */
export function filterCount(filter: UserFilter): number {
  return [filter.state !== 'all', filter.profileId !== null, filter.association !== 'all'].filter(Boolean).length;
}
