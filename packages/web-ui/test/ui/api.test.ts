import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { ApiError, call } from "../../ui/api.ts";

const fetchMock = jest.spyOn(globalThis, "fetch");

afterEach(() => {
  fetchMock.mockReset();
});

function answer(body: string, status = 200, statusText = "OK"): void {
  fetchMock.mockResolvedValueOnce(new Response(body, { status, statusText }));
}

describe("a call of the API", () => {
  test("without parameters is a GET below the page's own path", async () => {
    answer('{"status":"success","data":["up"]}');
    const { data, warnings, infos } = await call<string[]>("label/__name__/values");
    expect(data).toEqual(["up"]);
    expect([warnings, infos]).toEqual([[], []]);
    expect(fetchMock).toHaveBeenCalledWith("./api/v1/label/__name__/values", {});
  });

  test("with parameters is a POST of a form, which may be long, and ends with its signal", async () => {
    answer('{"status":"success","data":1,"warnings":["w"],"infos":["i"]}');
    const { signal } = new AbortController();
    const { warnings, infos } = await call("query", { query: 'up{job="a&b"}' }, signal);
    expect([warnings, infos]).toEqual([["w"], ["i"]]);
    const [path, init] = fetchMock.mock.calls[0];
    expect(path).toBe("./api/v1/query");
    expect(init).toMatchObject({ method: "POST", signal });
    expect(String(init?.body)).toBe("query=up%7Bjob%3D%22a%26b%22%7D");
  });
});

describe("what the server refuses is an error for people", () => {
  test.each<[why: string, body: string, status: number, statusText: string, message: string]>([
    ["the API's own", '{"status":"error","errorType":"bad_data","error":"1:1: parse error"}', 400, "Bad Request", "1:1: parse error"],
    ["an error without a text", '{"status":"error"}', 503, "Service Unavailable", "the server answered 503 Service Unavailable"],
    ["a proxy's text", "upstream is gone\n", 502, "Bad Gateway", "upstream is gone"],
    ["nothing at all", "", 504, "Gateway Timeout", "the server answered 504 Gateway Timeout"],
  ])("%s", async (_why, body, status, statusText, message) => {
    answer(body, status, statusText);
    const refused = call("query", { query: "up" });
    await expect(refused).rejects.toBeInstanceOf(ApiError);
    await expect(refused).rejects.toMatchObject({ message });
  });
});

test("a server that can't be reached is no error of the API", async () => {
  fetchMock.mockRejectedValueOnce(new TypeError("fetch failed"));
  await expect(call("query")).rejects.toThrow(TypeError);
});
