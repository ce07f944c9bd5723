// Placeholder until the generator has written it from core/client/options.json.
#pragma once
