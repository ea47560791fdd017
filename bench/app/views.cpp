#include "views.h"

#include "models.h"

#include <algorithm>
#include <random>

/// The requests of the benchmark, as the peers answer them.
namespace bench {

namespace {

constexpr int kWorlds = 10'000;
constexpr int kQueriesMax = 500;

int random_id() {
    static thread_local std::minstd_rand source(std::random_device{}());
    return std::uniform_int_distribution<int>(1, kWorlds)(source);
}

int count_of(Request& request) {
    int count = 0;
    for (const char c : request.GET().get("n", "1")) {
        if (c < '0' || c > '9' || count > kQueriesMax) break;
        count = count * 10 + (c - '0');
    }
    return std::clamp(count, 1, kQueriesMax);
}

Value row(const World& world) {
    return Dict{{"id", world.id}, {"randomNumber", world.randomnumber}};
}

Response plaintext(Request&) { return Response("Hello, World!", {.content_type = "text/plain"}); }

Response json(Request&) { return JsonResponse(Dict{{"message", "Hello, World!"}}); }

Response db(Request&) {
    return JsonResponse(row(World::objects.get(F<&World::id> == random_id())));
}

Response queries(Request& request) {
    List rows;
    for (int i = count_of(request); i > 0; --i) {
        rows.push_back(row(World::objects.get(F<&World::id> == random_id())));
    }
    return JsonResponse(rows);
}

Response updates(Request& request) {
    std::vector<int> ids;
    while (ids.size() < static_cast<std::size_t>(count_of(request))) {
        const int id = random_id();
        if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    }
    std::ranges::sort(ids);
    std::vector<World> worlds;
    for (const int id : ids) worlds.push_back(World::objects.get(F<&World::id> == id));
    for (auto& world : worlds) world.randomnumber = random_id();
    World::objects.bulk_update<&World::randomnumber>(worlds);
    List rows;
    for (const auto& world : worlds) rows.push_back(row(world));
    return JsonResponse(rows);
}

Response fortunes(Request& request) {
    const auto stored = Fortune::objects.all();
    std::vector<Fortune> rows;
    rows.reserve(stored.size() + 1);
    for (const auto& fortune : stored) rows.push_back(fortune);
    rows.push_back({.message = "Additional fortune added at request time."});
    std::ranges::sort(rows, {}, &Fortune::message);
    List shown = to_list(rows);
    // A row that was never saved has no id; the peers show 0.
    const auto added = std::ranges::find(rows, 0, &Fortune::id) - rows.begin();
    shown[static_cast<std::size_t>(added)] =
        Dict{{"id", 0}, {"message", rows[static_cast<std::size_t>(added)].message}};
    return render(request, "fortunes.html", {{"fortunes", shown}});
}

Response catalog(Request& request) {
    const auto products = Product::objects.filter(F<&Product::active> == true)
                              .select_related<&Product::category>()
                              .order_by(F<&Product::id>)[{0, 24}];
    return render(request, "catalog.html", {{"products", products}, {"current", "books"}});
}

}  // namespace

Dict navigation(Request&) { return {{"nav_categories", Category::objects.all()}}; }

const Urls urls = {
    path<"plaintext">(plaintext), path<"json">(json),       path<"db">(db),
    path<"queries">(queries),     path<"updates">(updates), path<"fortunes">(fortunes),
    path<"catalog">(catalog),
};

}  // namespace bench
