using Portal.Commands;
using Portal.Core;
using Portal.Demo;
using Portal.Features.SignIn;
using Portal.Shared.Hosting;

if (ExchangeCommand.IsMeant(args)) return await ExchangeCommand.RunAsync(args);

var builder = PortalHost.CreateBuilder(args);
builder.Services.AddPortalCore(builder.Configuration, builder.Environment.ContentRootPath);
builder.Services.AddPortalSignIn(builder.Configuration);
builder.Services.AddPortalWeb();
if (args is ["demo", ..]) builder.Services.AddSingleton<DemoReport>().AddHostedService<DemoStart>();

var app = builder.Build();
app.UsePortal();
app.Run();
return 0;
