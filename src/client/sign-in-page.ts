/** The demonstration's sign-ins fill in the form when chosen. */
function fillFrom(button: HTMLButtonElement): void {
  const form = document.querySelector<HTMLFormElement>('#sign-in-form');
  const login = form?.querySelector<HTMLInputElement>('#login');
  const password = form?.querySelector<HTMLInputElement>('#password');
  if (!login || !password) return;
  login.value = button.dataset['login'] ?? '';
  password.value = button.dataset['password'] ?? '';
  form?.querySelector<HTMLButtonElement>('button[type="submit"]')?.focus();
}

for (const button of document.querySelectorAll<HTMLButtonElement>('.demo-sign-in')) {
  button.addEventListener('click', () => {
    fillFrom(button);
  });
}
