/** A path as logs may keep it: whoever knows a one-time link is in, so its token is left out. */
export function loggedPath(path: string): string {
  return path.replace(/^\/password\/.+/, '/password/…');
}
