// Search on the device: postcodes and countries from a bundle, as the server finds them.

function decode({ postcodes: table }) {
  const places = new Map();
  let code = "", lat = 0, lon = 0;
  table.codes.forEach((ending, row) => {
    code = code.slice(0, Number(ending[0])) + ending.slice(1);
    lat += table.lat[row];
    lon += table.lon[row];
    places.set(code.replace(/[ -]/g, ""), {
      code, lat: lat / 1e5, lon: lon / 1e5,
      accuracy_m: table.accuracy_base_m + table.accuracy_extra_m[row], name: table.names[row],
    });
  });
  return places;
}

function lookUp({ postcodes: table }, places, typed) {
  const text = typed.normalize("NFKC").trim().toUpperCase();
  const match = (pattern) => new RegExp(`^(?:${pattern})$`).exec(text);
  const written = match(table.pattern);
  if (written) {
    const code = written[1].replace(/[ -]/g, "");
    return places.get(code) ?? (table.institutions.includes(code) ? "institution" : "unknown");
  }
  return Object.values(table.foreign_patterns).some(match) ? "foreign" : "malformed";
}

function countriesAt(bundle, lat, lon, accuracy_m = 0) {
  const within = [], near = [], shrink = Math.cos((lat * Math.PI) / 180);
  for (const { country, margin_m, is_exact, rings } of bundle.coverage.outlines) {
    let turns = 0, least = Infinity;
    for (const ring of rings) {
      const points = [];
      for (let i = 0, x = 0, y = 0; i < ring.length; i += 2) {
        points.push([((x += ring[i]) / 1000 - lon) * shrink, (y += ring[i + 1]) / 1000 - lat]);
      }
      for (const [i, [x1, y1]] of points.entries()) {
        const [x2, y2] = points[(i + 1) % points.length];
        if (y1 > 0 !== y2 > 0 && 0 < ((x2 - x1) * -y1) / (y2 - y1) + x1) turns += y2 > y1 ? 1 : -1;
        const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
        const share = length ? -(x1 * (x2 - x1) + y1 * (y2 - y1)) / length : 0;
        const along = Math.max(0, Math.min(1, share));
        const away = Math.hypot(x1 + along * (x2 - x1), y1 + along * (y2 - y1)) * 111200;
        least = Math.min(least, away);
      }
    }
    const isNear = least <= margin_m + accuracy_m;
    if (turns && !isNear && is_exact) return [country];
    if (turns) within.push(country);
    else if (isNear) near.push(country);
  }
  return [...within, ...near];
}
