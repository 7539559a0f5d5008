/** Hand every Leaflet map that dash-leaflet makes to desk.js, also those made before it is there. */
(function () {
  const hinomi = (window.hinomi = window.hinomi || {});
  hinomi.maps = [];
  window.L.Map.addInitHook(function () {
    hinomi.maps.push(this);
    window.dispatchEvent(new CustomEvent("hinomi:map-made", { detail: this }));
  });
})();
