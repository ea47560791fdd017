// error: FormDefinition: this member is one of another form
#include <tatum/forms/form_definition.h>
#include <tatum/http/request.h>

using namespace tatum;

struct OtherForm : Form<OtherForm> {
    std::string name;
    static void define(FormDefinition<OtherForm>& d) { d.field<&OtherForm::name>(); }
};

struct OwnForm : Form<OwnForm> {
    std::string name;
    static void define(FormDefinition<OwnForm>& d) {
        d.field<&OwnForm::name>();
#ifdef MISUSE
        d.field<&OtherForm::name>();
#endif
    }
};

bool is_valid(Request& request) {
    OwnForm form(request);
    return form.is_valid();
}
