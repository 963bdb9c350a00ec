/**
 * The pattern of LIKE for rows that contain `text`. Its own wildcards are taken out rather than escaped: SQLite has no
 * escape character unless the query names one, which Sequelize cannot.
 */
export function containing(text: string): string {
  return `%${text.replaceAll(/[%_\\]/g, ' ').trim()}%`;
}
