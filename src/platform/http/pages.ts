import { type Response } from 'express';

/** One step of the way to a page: the seed's path, as in Administração > Usuários. */
export interface Crumb {
  readonly label: string;
  readonly href?: string;
}

/** Views and what each is given. A module adds its own by declaration merging. */
export interface Pages {
  'errors/error': { readonly status: number; readonly title: string; readonly message: string };
}

/** Renders a view; its name and its model are checked by the compiler. Failing to render goes to the error handler. */
export function renderPage<Name extends keyof Pages>(
  res: Response,
  name: Name,
  model: Pages[Name],
  status = 200,
): void {
  res.status(status).render(name, model);
}
