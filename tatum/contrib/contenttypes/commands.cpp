#include "commands.h"

#include "models.h"

#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>
#include <tatum/site/site.h>

#include <algorithm>
#include <cstdio>

namespace tatum::contenttypes {

namespace {

/// How many rows refer to a content type, for each relation that they do it by.
void tell_what_goes(CommandCall& call, const ContentType& type, std::string_view alias) {
    call.out.line("  - content type " + type.app_label + "." + type.model);
    for (const db::ReverseMeta& reverse : db::meta_of<ContentType>().reverse) {
        if (reverse.field->is_many_to_many()) continue;
        const auto rows = db::AnyQuerySet(*reverse.model).using_(alias);
        const std::int64_t count = rows.filter(Q(reverse.field->name, Value(type.id))).count();
        if (count == 0) continue;
        call.out.line(
            "    - " + std::to_string(count) + " " +
            (count == 1 ? reverse.model->verbose_name : reverse.model->verbose_name_plural) +
            " that refer to it");
    }
}

bool is_agreed(CommandCall& call) {
    if (call.arguments.has("--noinput")) return true;
    call.out.write(
        "They will be deleted, with everything that refers to them. Type 'yes' to go on: ",
        site::Style::Warning);
    std::fflush(stdout);
    char answer[8] = {};
    return std::fgets(answer, sizeof answer, stdin) != nullptr &&
           std::string_view(answer) == "yes\n";
}

int remove_stale(CommandCall& call) {
    const std::string alias = call.arguments.get("--database");
    call.site->databases().get(alias);
    std::vector<ContentType> stale;
    for (const ContentType& type :
         QuerySet<ContentType>().using_(alias).order_by("app_label", "model")) {
        const bool of_installed_app = call.site->app(type.app_label) != nullptr;
        if (!of_installed_app && !call.arguments.has("--include-stale-apps")) continue;
        if (type.model_class() == nullptr) stale.push_back(type);
    }
    if (stale.empty()) {
        call.out.line("No content type is stale.", site::Style::Success);
        return 0;
    }
    call.out.line("Content types whose models are gone:", site::Style::Heading);
    for (const ContentType& type : stale) tell_what_goes(call, type, alias);
    if (!is_agreed(call)) throw CommandError("Nothing was deleted");
    transaction::atomic({.using_ = alias}, [&] {
        for (ContentType& type : stale) type.delete_();
    });
    ContentType::objects.clear_cache();
    call.out.line(std::to_string(stale.size()) + " content types are deleted.",
                  site::Style::Success);
    return 0;
}

}  // namespace

Command remove_stale_contenttypes() {
    return {
        .name = "remove_stale_contenttypes",
        .help = "Deletes the content types of models that are gone, and what refers to them.",
        .arguments = {site::option("--database", "ALIAS", "Which database.", "default"),
                      site::flag("--noinput, --no-input", "Asks nothing."),
                      site::flag("--include-stale-apps",
                                 "Those of apps that are not installed, too.")},
        .run = remove_stale,
    };
}

}  // namespace tatum::contenttypes
