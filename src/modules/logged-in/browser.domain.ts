/** What a browser says of itself, shortened to what people call it. */
export interface Browser {
  /** "Chrome 142". */
  readonly name: string;
  /** "Windows"; null when it does not say. */
  readonly system: string | null;
}

/** In this order: most browsers claim to be those that follow, too. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Edge', /Edg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /OPR\/(\d+)/],
  ['Samsung Internet', /SamsungBrowser\/(\d+)/],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /(?:Chrome|CriOS|HeadlessChrome)\/(\d+)/],
  ['Safari', /Version\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//],
];
const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Windows', /Windows/],
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['macOS', /Mac OS X/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
];

/** Null for what is no browser that people use. */
export function browserOf(userAgent: string | null): Browser | null {
  if (userAgent === null) return null;
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version === undefined) continue;
    const system = SYSTEMS.find(([, each]) => each.test(userAgent));
    return { name: `${name} ${version}`, system: system?.[0] ?? null };
  }
  return null;
}
