(function (w, d, s) {
  try {
    var t = s.getItem("theme"), first = s.getItem("first:" + w.location.pathname);
    if (t) d.documentElement.dataset.theme = t;
  } catch (e) { first = null; }
  w.early = {};
  ["/api/session", first].forEach(function (u) { if (u) w.early[u] = fetch(u).catch(function (e) { return e; }); });
})(window, document, localStorage);
