/** The same keys in another language; the compiler names one that is missing or too many. */
export type Translation<Source> = { readonly [Key in keyof Source]: string };
