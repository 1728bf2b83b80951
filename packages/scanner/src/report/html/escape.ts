/** A text within HTML, also within quotes; control characters are shown as what they are not. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;')
    .replaceAll(/\p{Cc}/gu, (control) => ('\t\n\r'.includes(control) ? control : '\uFFFD'));
}

/** A link, or the text alone where the address is not one of the web. */
export function link(url: string, text = url): string {
  return /^https?:\/\//i.test(url)
    ? `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(text)}</a>`
    : escapeHtml(text);
}
