/**
 * The browser's half of the Dash callbacks. Classic script: Dash must find the functions when it
 * starts; what they do stands in desk.js (a module), and calls made before it is there wait.
 */
(function () {
  const hinomi = (window.hinomi = Object.assign(window.hinomi || {}, { waiting: [], desk: null }));

  function desk(name) {
    const values = Array.prototype.slice.call(arguments, 1);
    if (hinomi.desk) return hinomi.desk[name].apply(null, values);
    hinomi.waiting.push([name, values]);
    return undefined;
  }

  function keep(name, value) {
    document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`;
    window.location.reload();
  }

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    hinomi: {
      switchLanguage(clicks, language) {
        if (clicks) keep("hinomi_language", language === "en" ? "ja" : "en");
        return window.dash_clientside.no_update;
      },
      switchScheme(clicks, scheme) {
        if (clicks) keep("hinomi_scheme", scheme === "dark" ? "light" : "dark");
        return window.dash_clientside.no_update;
      },
      collectVisible(checked, base, ids) {
        const visible = ids.filter((_, index) => checked[index]).map((id) => id.layer);
        desk("show", visible, base);
        return visible;
      },
      fillTable(layer) {
        desk("table", layer);
        return layer;
      },
      chosen(selection) {
        desk("chosen", selection);
        return selection;
      },
      chooseRow(cell, layer) {
        if (!cell || !cell.rowId) return window.dash_clientside.no_update;
        return { layer, id: cell.rowId };
      },
      exportTable(clicks) {
        return Boolean(clicks);
      },
      sourcesShown() {
        desk("age");
        return Date.now();
      },
    },
  });

  const formats = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  formats.hinomiNumber = (params, digits) => (hinomi.desk ? hinomi.desk.number(params, digits) : "");
  formats.hinomiTime = (params) => (hinomi.desk ? hinomi.desk.time(params) : "");
  formats.hinomiAge = (params) => (hinomi.desk ? hinomi.desk.ageOf(params) : "");
  const state = (params) => (params.data && params.data.state) || "never";
  formats.hinomiIsState = (params, wanted) => state(params) === wanted;
  // What is silent has no level that counts: it stands without its colour.
  formats.hinomiIsLevel = (params, level) => params.value === level && !["silent", "never"].includes(state(params));
  formats.hinomiHouseholds = (params) => (hinomi.desk ? hinomi.desk.households(params) : "");
  // A cell that begins so would run as a formula in a spreadsheet; a number is none.
  formats.hinomiCell = (params) => {
    const shown = String(params.formatValue(params.value) ?? params.value ?? "");
    return /^[=+\-@\t\r\n＝＋－＠]/.test(shown) && !/^[-+][\d.,]+$/.test(shown) ? `'${shown}` : shown;
  };
  formats.hinomiList = (params) => (params.value || []).join("・");
})();
