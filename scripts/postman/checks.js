// What a request's test script begins with: each calls one of the two functions at the end.
function difference(expected, found, tolerance, at) {
  if (typeof expected === "number" && typeof found === "number") {
    const allowed = Math.max(tolerance.relative * Math.max(Math.abs(expected), Math.abs(found)), tolerance.absolute);
    return Math.abs(expected - found) <= allowed ? null : `${at}: ${found}, not ${expected}`;
  }
  if (expected === null || typeof expected !== "object" || found === null || typeof found !== "object") {
    return expected === found ? null : `${at}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`;
  }
  if (Array.isArray(expected) !== Array.isArray(found)) return `${at}: a list in place of an object, or the reverse`;
  const names = Object.keys(expected).sort();
  if (names.join() !== Object.keys(found).sort().join()) return `${at}: has ${Object.keys(found)}, not ${names}`;
  return names.map((name) => difference(expected[name], found[name], tolerance, `${at}/${name}`)).find((it) => it) || null;
}
function answers(expected, tolerance, direct) {
  pm.test("status is 200", () => pm.response.to.have.status(200));
  pm.test("the golden rows are answered within tolerance", () => {
    const document = pm.response.json();
    pm.expect(difference(expected, direct ? JSON.parse(document.body) : document, tolerance, "")).to.equal(null);
  });
}
function refuses(status, pointer) {
  pm.test(`status is ${status}`, () => pm.response.to.have.status(status));
  pm.test("the answer is a problem document", () => {
    pm.expect(pm.response.headers.get("content-type")).to.match(/^application\/problem\+json/);
    const problem = pm.response.json();
    pm.expect(problem.status).to.equal(status);
    pm.expect(problem.title).to.be.a("string").that.is.not.empty;
    pm.expect(problem.request_id).to.be.a("string").that.is.not.empty;
    if (pointer) pm.expect(problem.errors.map((error) => error.pointer)).to.include(pointer);
  });
}
