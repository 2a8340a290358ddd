/** Nobody guesses what a page is, and addresses, which hold queries, stay here. */
const EVERY_PAGE = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin" };

/** Our pages run no script but their own, load nothing from elsewhere and stand in no foreign frame. */
export const OWN_PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...EVERY_PAGE,
  "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'",
};

/**
 * Consoles and the files of `--web.user-assets` are written by who runs the server. Upstream's consoles have scripts in their text and
 * those of users load libraries from wherever they are, so what they run and load is left to them: what a visitor writes into an address
 * can't become a part of them, as the templates escape it. They stand in no foreign frame, all the same, have no plugins, and their
 * relative addresses lead here.
 */
export const USER_PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...EVERY_PAGE,
  "Content-Security-Policy": "frame-ancestors 'self'; object-src 'none'; base-uri 'self'",
};
