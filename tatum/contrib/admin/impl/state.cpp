#include <tatum/contrib/admin/impl/state.h>

#include <tatum/base/text.h>
#include <tatum/site/site.h>
#include <tatum/urls/reverse.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

constexpr std::string_view kQuoted = ":/_#?;@&=+$,\"[]<>%\n\\";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

}  // namespace

AdminState::AdminState(AdminSiteOptions options, const site::Site& site)
    : options_(std::move(options)), site_(&site) {
    if (options_.site_title.empty()) options_.site_title = options_.site_header;
    for (const App& installed : site.apps()) {
        for (const site::Extension* extension : installed.extensions) {
            const auto* registry = dynamic_cast<const Registry*>(extension);
            if (registry == nullptr) continue;
            for (const Registration& registration : registry->registrations()) {
                const db::ModelMeta* model = site.models().find(*registration.model);
                if (model == nullptr) continue;  // of an app that is not installed
                if (find(*model) != nullptr) {
                    throw ImproperlyConfigured("The model " + model->label +
                                               " is already registered in the admin.");
                }
                Owned<ModelAdminBase> made = registration.make();
                made->model_ = model;
                made->class_name_ = registration.class_name;
                all_.push_back(std::move(made));
            }
        }
    }
}

const ModelAdminBase* AdminState::find(const db::ModelMeta& model) const {
    for (const auto& admin : all_) {
        if (&admin->model() == &model) return admin.get();
    }
    return nullptr;
}

std::string AdminState::app_name(std::string_view app_label) const {
    const App* installed = site_->app(app_label);
    if (installed != nullptr && !installed->verbose_name.empty()) return installed->verbose_name;
    return strings::capfirst(strings::replace(app_label, "_", " "));
}

std::string model_url(const db::ModelMeta& model, std::string_view page) {
    return urls::reverse("admin:" + model.app_label + "_" + model.model_name + "_" +
                         std::string(page));
}

std::string model_url(const db::ModelMeta& model, std::string_view page, const Value& pk) {
    return urls::reverse(
        "admin:" + model.app_label + "_" + model.model_name + "_" + std::string(page),
        List{Value(quote_pk(pk.str()))}, Dict());
}

std::string quote_pk(std::string_view pk) {
    std::string quoted;
    for (const char c : pk) {
        if (kQuoted.find(c) == std::string_view::npos) {
            quoted += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        quoted += '_';
        quoted += kHexDigits[byte >> 4];
        quoted += kHexDigits[byte & 15];
    }
    return quoted;
}

std::string unquote_pk(std::string_view text) {
    std::string pk;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_' && i + 2 < text.size()) {
            const std::size_t high = kHexDigits.find(text[i + 1]);
            const std::size_t low = kHexDigits.find(text[i + 2]);
            if (high != std::string_view::npos && low != std::string_view::npos) {
                const char c = static_cast<char>(high * 16 + low);
                if (kQuoted.find(c) != std::string_view::npos) {
                    pk += c;
                    i += 2;
                    continue;
                }
            }
        }
        pk += text[i];
    }
    return pk;
}

std::string fill(std::string_view format, std::string_view text) {
    return strings::replace(format, "%s", text);
}

std::string fill(std::string_view format,
                 std::initializer_list<std::pair<std::string_view, std::string>> names) {
    std::string filled(format);
    for (const auto& [name, text] : names) {
        const std::string place = "%(" + std::string(name) + ")";
        filled = strings::replace(filled, place + "s", text);
        filled = strings::replace(filled, place + "d", text);
        filled = strings::replace(filled, "{" + std::string(name) + "}", text);
    }
    return filled;
}

std::string fill_model(std::string_view format, const db::ModelMeta& model) {
    return fill(format, {{"verbose_name", model.verbose_name},
                         {"verbose_name_plural", model.verbose_name_plural}});
}

}  // namespace tatum::admin::impl
