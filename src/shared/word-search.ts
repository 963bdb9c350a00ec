import { searchKey } from './text-key.js';

/** Whether every word of `query` is somewhere in `text`; case and accents do not count. An empty query is in all. */
export function hasWords(text: string, query: string): boolean {
  const sought = searchKey(text);
  return searchKey(query)
    .split(' ')
    .every((word) => sought.includes(word));
}
