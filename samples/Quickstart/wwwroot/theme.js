// A classic, blocking script on purpose: a remembered theme must be in place before the first paint.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem('hutong.theme');
  } catch {
    // Storage may be blocked; the system's preference then decides.
  }

  if (theme === 'light' || theme === 'dark')
    document.documentElement.dataset.theme = theme;
})();
