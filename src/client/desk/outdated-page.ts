const RELOADED_AT = 'citrus-voz.reloaded-at';
const AGAIN_AFTER_MS = 60_000;

/**
 * A page may connect only to what was right when it was loaded. When the exchange has moved since, the browser refuses its
 * new address, and only a page that is loaded again may use it. Not more than once a minute: a reload that changed nothing
 * is not worth another.
 *
 * @param isFree whether the page may be left at this moment
 */
export function reloadWhenOutdated(isFree: () => boolean): void {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, disposition }) => {
    if (effectiveDirective !== 'connect-src' || disposition !== 'enforce' || !isFree()) return;
    const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
    if (Date.now() - last < AGAIN_AFTER_MS) return;
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    window.location.reload();
  });
}

export function reloadPage(): void {
  window.location.reload();
}
