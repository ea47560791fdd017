#include <tatum/forms/renderer.h>

#include <tatum/base/error.h>
#include <tatum/base/locals.h>
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
    engine->render(*engine->get_template(template_name), variables, Value(), out);
}

}  // namespace tatum::forms
