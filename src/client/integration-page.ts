import { ConnectionTest, type TestLine } from './integration/connection-test.js';
import { TestView } from './integration/test-view.js';

const form = document.querySelector<HTMLFormElement>('[data-integration-form]');
const button = form?.querySelector<HTMLButtonElement>('[data-test]');

if (form !== null && button !== null && button !== undefined) {
  const view = new TestView(form);
  const test = new ConnectionTest({
    url: form.dataset['testUrl'] ?? '',
    fetch: (url, init) => fetch(url, init),
    onLine: (line: TestLine) => {
      view.show(line);
    },
  });
  let byScript = true;

  form.addEventListener('submit', (event) => {
    if (event.submitter !== button || !byScript) return;
    event.preventDefault();
    void run();
  });
  form.addEventListener('input', () => {
    view.outdated();
  });
  window.addEventListener('pagehide', () => {
    test.abort();
  });

  const run = async (): Promise<void> => {
    view.begin();
    button.disabled = true;
    // Text only: the form has no files.
    const body = new URLSearchParams(
      [...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : '']),
    );
    const outcome = await test.run(body);
    button.disabled = false;
    if (outcome === 'broken') view.broken();
    if (outcome !== 'refused') return;
    // The server draws the form with what is wrong at each field.
    byScript = false;
    form.requestSubmit(button);
  };
}
