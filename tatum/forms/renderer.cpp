#include <tatum/forms/renderer.h>

#include <tatum/base/error.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/template/engine.h>

namespace tatum::forms {

const template_::Engine* current_templates() {
    return static_cast<const template_::Engine*>(local(Slot::Templates));
}

void append_template(std::string& out, std::string_view template_name, const Dict& variables) {
    const template_::Engine* engine = current_templates();
    if (engine == nullptr) {
        throw ImproperlyConfigured("the template '" + std::string(template_name) +
                                   "' cannot be rendered: no site is current here");
    }
    const std::size_t begin = out.size();
    engine->render(*engine->get_template(template_name), variables, Value(), out);
    const std::string_view made = std::string_view(out).substr(begin);
    const std::size_t end = strings::rstrip(made).size();
    out.resize(begin + end);
    const std::size_t blank = end - strings::lstrip(std::string_view(out).substr(begin)).size();
    if (blank > 0) out.erase(begin, blank);
}

}  // namespace tatum::forms
