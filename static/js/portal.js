// Beside htmx: CSRF token, a word when a request fails, focus, upload progress, sums as one types.
{
  const byId = (id) => id && document.getElementById(id);
  const on = (name, act) => document.addEventListener(`htmx:${name}`, (event) => act(event.detail.ctx));
  const isPoll = (ctx) => ctx.sourceEvent?.type === "every";
  const box = byId("trouble");

  const tell = (words) => {
    box.textContent = words;
    box.className = words && "notice bad";
  };

  const upload = (bar) => (url, request) => new Promise((done, fail) => {
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, url);
    for (const pair of Object.entries(request.headers)) xhr.setRequestHeader(...pair);
    bar.hidden = false;
    xhr.upload.onprogress = (sent) => (bar.value = sent.loaded / sent.total);
    xhr.onloadend = () => {
      const { status, response } = xhr;
      bar.hidden = true;
      if (!status) return fail(new TypeError("no answer"));
      const lines = xhr.getAllResponseHeaders().trim().split("\r\n");
      const headers = lines.map((line) => line.split(/: (.*)/, 2));
      done(new Response(status === 204 ? null : response, { status, headers }));
    };
    request.signal?.addEventListener("abort", () => xhr.abort());
    xhr.send(request.body);
  });

  // A form that saves itself: of what was touched, with what belongs to it, and in turn.
  const together = (field) => field.dataset.with || field.name;
  let unsent = false;

  const prune = (form, body) => {
    const fields = [...form.elements].filter((field) => field.type !== "hidden" && field.name);
    const touched = new Set(fields.filter((field) => "touched" in field.dataset).map(together));
    for (const field of fields) if (!touched.has(together(field))) body.delete(field.name);
    body.delete("csrf_token");
    return touched.size;
  };

  const nextTurn = (form, body) => {
    const { page } = form.elements;
    page.value = page.value.replace(/\d+$/, (turn) => +turn + 1);
    body.set("page", page.value);
  };

  if (byId("kept")) {
    document.addEventListener("input", ({ target }) => {
      if (target.form?.id !== "panel") return;
      target.dataset.touched = "";
      unsent = true;
    });
    document.addEventListener("htmx:config:request", (event) => {
      const { ctx } = event.detail;
      const { form, body } = ctx.request;
      if (form?.id !== "panel") return;
      const isSave = ctx.sourceElement === form;
      if (!isSave && !(unsent && prune(form, body))) return event.preventDefault();
      nextTurn(form, body);
      ctx.request.keepalive = true;
      unsent = false;
    });
    // What was typed in the last second before one leaves.
    addEventListener("pagehide", () => {
      const body = new URLSearchParams(new FormData(byId("panel")));
      if (unsent) navigator.sendBeacon(byId("kept").getAttribute("hx-post"), body);
    });
  }

  // A refusal is told on top and never replaces the form, unless it is the form itself.
  const isForm = (ctx) => ctx.response.status === 422 || ctx.text.includes("data-clash");
  const isKept = (ctx) => ctx.sourceElement.id === "kept";
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    // htmx hands styles over by attribute, which our policy refuses: a resized field has one.
    for (const field of ctx.target?.querySelectorAll("[style]") ?? []) field.removeAttribute("style");
    if (ctx.response.status === 409 && !isForm(ctx)) event.preventDefault();
    else if (isKept(ctx) && (ctx.response.status < 400 || isForm(ctx))) tell("");
  });

  on("config:request", (ctx) => {
    const { form, headers } = ctx.request;
    headers["X-CSRFToken"] = document.querySelector("[name=csrf-token]").content;
    if (form?.enctype[0] === "m") ctx.fetch = upload(form.querySelector("progress") ?? {});
    ctx.held = document.activeElement;
    if (!isPoll(ctx) && !isKept(ctx)) tell("");
  });

  on("error", (ctx) => {
    unsent ||= ctx.request.form?.id === "panel";
    tell(box.dataset.failed);
  });

  on("response:error", (ctx) => {
    if (isForm(ctx)) return;
    unsent ||= ctx.request.form?.id === "panel";
    // Whoever presses the link leaves a field, which saves once more: the link has to stay.
    if (ctx.response.status === 401 && box.querySelector("a")) return;
    const page = new DOMParser().parseFromString(ctx.text, "text/html");
    tell(page.querySelector(".lead")?.textContent || box.dataset.refused);
    if (ctx.response.status === 401) offerSignIn(page.querySelector(".lead + .actions a"));
  });

  // Signed out: the form stays, one signs in beside it, and this page takes the new token over.
  const seat = (page) => page.querySelector(".seat p")?.textContent;
  const offerSignIn = (link) => {
    if (!link) return;
    box.append(" ", Object.assign(document.importNode(link, true), { target: "_blank" }));
    addEventListener("focus", takeOver);
  };
  const takeOver = async () => {
    const answer = await fetch(location.pathname);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrf-token]")?.content;
    if (!token || seat(page) !== seat(document)) return;
    removeEventListener("focus", takeOver);
    document.querySelector("[name=csrf-token]").content = token;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
    tell("");
    dispatchEvent(new Event("online"));
  };

  on("finally:request", (ctx) => setTimeout(() => {
    const { held, target } = ctx;
    if (isPoll(ctx) || document.activeElement !== document.body) return;
    const next = held?.isConnected ? held : byId(held?.id) || byId(target?.id);
    if (next?.tabIndex < 0) next.tabIndex = -1;
    next?.focus();
  }));

  // The sums of goods lines as one types; the server adds them up again.
  const scaled = (text, decimals) => {
    const [, whole, rest = ""] = /^([\d,]+)\.?(\d*)$/.exec(text.trim()) ?? [];
    return whole && rest.length <= decimals ? BigInt(whole.replaceAll(",", "") + rest.padEnd(decimals, "0")) : 0n;
  };

  // Money has all its decimals, a weight those that say something.
  const written = (sum, decimals, isMoney) => {
    const digits = `${sum}`.padStart(decimals + 1, "0");
    const point = digits.length - decimals;
    const tail = digits.slice(point);
    const rest = isMoney ? tail : tail.replace(/0+$/, "");
    return BigInt(digits.slice(0, point)).toLocaleString("en-IN") + (rest && `.${rest}`);
  };

  document.addEventListener("input", ({ target: { form } }) => {
    for (const out of form?.querySelectorAll("output[data-sum]") ?? []) {
      const { sum, decimals, money } = out.dataset;
      out.value = written(BigInt(sum) + scaled(byId(out.htmlFor.value).value, +decimals), +decimals, money);
    }
  });

  document.querySelector("form[data-at-once]")?.requestSubmit();
}
